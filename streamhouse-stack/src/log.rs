//! What processes wrote, for people who look for the cause of a failure.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// How much of a log is shown, in bytes.
const TAIL: u64 = 4000;

/// The end of a log, at most 4,000 bytes, and nothing of what lies before `from`.
pub(crate) fn tail(path: &Path, from: u64) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL).max(from)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_else(|error| format!("(no log: {error})"))
}

/// Prints the end of a log after a failure; gives the size up to which it has been shown.
pub(crate) fn show(name: &str, path: &Path, from: u64) -> u64 {
    let size = path.metadata().map_or(from, |data| data.len());
    if size > from {
        eprintln!("---- the end of {} ({name}):\n{}", path.display(), tail(path, from).trim_end());
    }
    size
}
