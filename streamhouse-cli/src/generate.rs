//! `streamhouse generate` and `streamhouse ddl`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse_build::{BuildError, Files, Lock, Repository, Schema};

use crate::common::schemas;

/// Where to read and to write.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the sources
    #[arg(default_value = "src")]
    source: PathBuf,
    /// The folder that holds `schemas/` and `migrations/`
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// Write nothing, and fail where something would have to be written
    #[arg(long)]
    check: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Where to read.
#[derive(Debug, clap::Args)]
pub(crate) struct DdlArguments {
    /// The folder with the sources
    #[arg(default_value = "src")]
    source: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn generate(arguments: &Arguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.source)?;
    let repository = Repository::read(&arguments.out).map_err(|error| error.to_string())?;
    let files = streamhouse_build::render(&schemas, &repository).map_err(|error| error.to_string())?;
    if arguments.check {
        let stale = streamhouse_build::stale(&files, &arguments.out).map_err(|error| error.to_string())?;
        if arguments.json {
            say!("{}", json!({"stale": stale}));
        }
        for file in &stale {
            eprintln!("{} is not what the declarations say", file.display());
        }
        if !stale.is_empty() {
            return Err(format!("run `streamhouse generate {}`", arguments.source.display()));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let changed = write(&schemas, &files, &arguments.out).map_err(|error| error.to_string())?;
    let (written, removed): (Vec<PathBuf>, Vec<PathBuf>) =
        changed.into_iter().partition(|file| file.exists());
    if arguments.json {
        say!("{}", json!({"written": written, "removed": removed}));
        return Ok(ExitCode::SUCCESS);
    }
    for file in &written {
        say!("wrote {}", file.display());
    }
    for file in &removed {
        say!("removed {}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes what is to be written. A build may be writing too, and what was read before may no longer be so.
fn write(schemas: &[Schema], files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    if streamhouse_build::stale(files, out)?.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = Lock::of(out)?;
    let files = streamhouse_build::render(schemas, &Repository::read(out)?)?;
    streamhouse_build::write(&files, out)
}

pub(crate) fn ddl(arguments: &DdlArguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.source)?;
    if arguments.json {
        let event = |schema: &streamhouse_build::Schema| {
            json!({
                "event": schema.event,
                "version": schema.version,
                "table": schema.table,
                "statements": streamhouse_build::create(schema),
            })
        };
        let events: Vec<Value> = schemas.iter().map(event).collect();
        say!("{}", json!({"events": events}));
        return Ok(ExitCode::SUCCESS);
    }
    for schema in &schemas {
        for statement in streamhouse_build::create(schema) {
            say!("{statement};\n");
        }
    }
    Ok(ExitCode::SUCCESS)
}
