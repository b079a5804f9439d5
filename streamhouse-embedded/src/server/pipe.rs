//! Results whose format is more than its rows.
//!
//! The engine's streaming interface makes each block a result of its own: two blocks of JSON are two documents, and the
//! names of CSVWithNames come with each. So only formats that are nothing but rows take that way. The others are written
//! by the engine into a pipe, as into a file, whole and without ever being in memory whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustix::fs::{CWD, Mode, OFlags, fcntl_setfl, mkfifoat};

use super::error::QueryError;
use super::lease::engine_error;
use super::quote::text_of;
use super::statement::{Outfile, outfile};
use crate::ffi::{Connection, EngineError, Output};

/// Formats of which two results in a row are one.
const ROWS_ALONE: &[&str] = &[
    "csv",
    "jsoncompacteachrow",
    "jsoncompactstringseachrow",
    "jsoneachrow",
    "jsonlines",
    "jsonstringseachrow",
    "lineasstring",
    "msgpack",
    "native",
    "ndjson",
    "null",
    "raw",
    "rawblob",
    "rowbinary",
    "tabseparated",
    "tabseparatedraw",
    "tskv",
    "tsv",
    "tsvraw",
];
/// Words of a statement or names of settings that put more than rows into any format.
const MORE_THAN_ROWS: &[&str] = &["totals", "extremes", "array_of_rows"];
/// How much is read at a time.
const PIECE: usize = 256 << 10;

/// Whether the blocks of a result may follow each other as they come. `said` is the statement and what was set for it.
pub(super) fn is_rows_alone<'a>(format: &str, said: impl IntoIterator<Item = &'a str>) -> bool {
    ROWS_ALONE.contains(&format.to_ascii_lowercase().as_str())
        && !said.into_iter().any(|text| {
            let text = text.to_ascii_lowercase();
            MORE_THAN_ROWS.iter().any(|word| text.contains(word))
        })
}

/// Whether a session has set what puts more than rows into a result.
pub(super) fn session_adds(connection: &mut Connection) -> Result<bool, QueryError> {
    let asked = "SELECT count() FROM system.settings WHERE changed AND name IN ('extremes', 'output_format_json_array_of_rows')";
    let found = text_of(connection, asked, &[]).map_err(|error| engine_error(&error))?;
    Ok(found != "0")
}

/// A pipe with a name, which is gone when this is.
struct Pipe {
    path: PathBuf,
    reader: File,
    /// Without it the reader would be at the end before the engine opens the pipe.
    keeper: File,
}

impl Pipe {
    fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{}.pipe", uuid::Uuid::new_v4().simple()));
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)?;
        // A reader waits for a writer, and a writer for a reader, unless the first of them is told not to.
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(OFlags::NONBLOCK.bits() as i32)
            .open(&path)
            .and_then(|reader| Ok((reader, OpenOptions::new().write(true).open(&path)?)))
            .and_then(|(reader, keeper)| {
                fcntl_setfl(&reader, OFlags::empty())?;
                Ok((reader, keeper))
            });
        match opened {
            Ok((reader, keeper)) => Ok(Self { path, reader, keeper }),
            Err(error) => {
                let _ = std::fs::remove_file(&path);
                Err(error)
            }
        }
    }
}

/// Runs a SELECT and hands its result over piece by piece. `take` says whether anybody still wants more; the result is
/// read to its end in any case, for the engine is not to find its pipe broken.
pub(super) fn run(
    folder: &Path,
    connection: &mut Connection,
    text: &str,
    format: &str,
    parameters: &[(String, String)],
    mut take: impl FnMut(Bytes) -> bool,
) -> io::Result<Result<Output, EngineError>> {
    // A statement with a file of its own has no result.
    let (place, has_format) = match outfile(text.as_bytes()) {
        Outfile::Own => return Ok(connection.query(text, format, parameters)),
        Outfile::BeforeFormat(place) => (place, true),
        Outfile::AtTheEnd(place) => (place, false),
    };
    let Pipe { path, mut reader, keeper } = Pipe::new(folder)?;
    let (head, tail) = text.split_at(place);
    let rest = if has_format { tail.to_string() } else { format!("FORMAT {format}") };
    let statement = format!("{head}\nINTO OUTFILE '{}' TRUNCATE {rest}", escaped(&path));
    let done = std::thread::scope(|scope| {
        let query =
            std::thread::Builder::new().name("streamhouse-query".into()).spawn_scoped(scope, || {
                let done = connection.query(&statement, format, parameters);
                drop(keeper);
                done
            })?;
        let mut wanted = true;
        let mut piece = vec![0; PIECE];
        loop {
            let read = match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            wanted = wanted && take(Bytes::copy_from_slice(&piece[..read]));
        }
        query.join().map_err(|_| io::Error::other("the query's thread ended before its time"))
    });
    let _ = std::fs::remove_file(&path);
    done
}

fn escaped(path: &Path) -> String {
    path.display().to_string().replace('\\', "\\\\").replace('\'', "\\'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_alone_and_more() {
        assert!(is_rows_alone("TabSeparated", ["SELECT 1"]));
        assert!(is_rows_alone("native", ["SELECT 1"]));
        assert!(!is_rows_alone("JSON", ["SELECT 1"]));
        assert!(!is_rows_alone("CSVWithNames", ["SELECT 1"]));
        assert!(!is_rows_alone("CSV", ["SELECT count() GROUP BY 1 WITH TOTALS"]));
        assert!(!is_rows_alone("JSONEachRow", ["SELECT 1", "output_format_json_array_of_rows"]));
    }
}
