//! The engine without a server: the same blocks, handed to the library in a process of its own, which the engine takes for
//! itself.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use streamhouse_embedded::ffi::{Connection, Engine, exit_now};
use streamhouse_embedded::library;
use streamhouse_stack::Stack;

use crate::raw::{self, CREATE, PIECE, SETTINGS};
use crate::{Arguments, event};

/// Runs this program once more, as [`child`]; gives the time of the insert alone.
pub(crate) fn insert(stack: &Stack, round: usize, arguments: &Arguments) -> Result<Duration, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .arg("--library-in")
        .arg(stack.folder().join(format!("library-{round}")))
        .arg("--rows")
        .arg(arguments.rows.to_string())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let nanoseconds = text.trim().parse().map_err(|_| {
        format!("the insert into the library failed: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// Inserts into an engine over this folder, prints the nanoseconds, and ends the process.
pub(crate) fn child(folder: &Path, rows: usize) -> ! {
    let status = match measure(folder, rows) {
        Ok(time) => {
            println!("{}", time.as_nanos());
            0
        }
        Err(message) => {
            eprintln!("{message}");
            1
        }
    };
    // The engine's threads are gone, and exit handlers would look for them.
    exit_now(status)
}

fn measure(folder: &Path, rows: usize) -> Result<Duration, String> {
    let say = |error: &dyn std::error::Error| error.to_string();
    let events = event::events(rows);
    let blocks = raw::native(&events)?;
    drop(events);
    std::fs::create_dir_all(folder).map_err(|error| say(&error))?;
    let library = library::ensure().map_err(|error| say(&error))?;
    let engine = Engine::open(&library, folder, &[]).map_err(|error| say(&error))?;
    let mut connection = engine.connect().map_err(|error| say(&error))?;
    let time = run(&mut connection, &blocks, rows)?;
    drop(connection);
    engine.shut_down();
    Ok(time)
}

fn run(connection: &mut Connection, blocks: &[Bytes], rows: usize) -> Result<Duration, String> {
    let settings: Vec<String> = SETTINGS.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    for statement in [CREATE, &format!("SET {}", settings.join(", "))] {
        connection.query(statement, "Null", &[]).map_err(|error| error.to_string())?;
    }
    let start = Instant::now();
    for block in blocks {
        let mut insert =
            connection.insert("INSERT INTO raw", "Native", &[]).map_err(|error| error.to_string())?;
        for piece in block.chunks(PIECE) {
            insert.append(piece).map_err(|error| error.to_string())?;
        }
        insert.finish().map_err(|error| error.to_string())?;
    }
    let count = connection.query("SELECT count() FROM raw", "TSV", &[]).map_err(|error| error.to_string())?;
    let time = start.elapsed();
    let found = String::from_utf8_lossy(count.bytes()).trim().to_string();
    if found == rows.to_string() { Ok(time) } else { Err(format!("{found} rows of {rows} were inserted")) }
}
