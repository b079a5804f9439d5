//! `streamhouse generate` and `streamhouse ddl`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use streamhouse_build::{BuildError, Repository, Schema};

/// Where to read and to write.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the sources
    source: PathBuf,
    /// The folder that holds `schemas/` and `migrations/`
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// Write nothing, and fail where something would have to be written
    #[arg(long)]
    check: bool,
}

/// Where to read.
#[derive(Debug, clap::Args)]
pub(crate) struct DdlArguments {
    /// The folder with the sources
    source: PathBuf,
}

pub(crate) fn generate(arguments: &Arguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.source)?;
    let repository = Repository::read(&arguments.out).map_err(|error| error.to_string())?;
    let files = streamhouse_build::render(&schemas, &repository).map_err(|error| error.to_string())?;
    if arguments.check {
        let stale = streamhouse_build::stale(&files, &arguments.out).map_err(|error| error.to_string())?;
        for file in &stale {
            eprintln!("{} is not what the declarations say", file.display());
        }
        if !stale.is_empty() {
            return Err(format!("run `streamhouse generate {}`", arguments.source.display()));
        }
        return Ok(ExitCode::SUCCESS);
    }
    for file in streamhouse_build::write(&files, &arguments.out).map_err(|error| error.to_string())? {
        println!("{} {}", if file.exists() { "wrote" } else { "removed" }, file.display());
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn ddl(arguments: &DdlArguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.source)?;
    for schema in &schemas {
        for statement in streamhouse_build::create(schema) {
            println!("{statement};\n");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The schemas below a folder. What is wrong with declarations is shown as `streamhouse check` shows it.
fn schemas(folder: &Path) -> Result<Vec<Schema>, String> {
    streamhouse_build::scan(folder).map_err(|error| match error {
        BuildError::Declarations(findings) => {
            let colours = crate::check::colours(&std::io::stderr());
            findings.iter().for_each(|finding| eprintln!("{}\n", finding.render(colours)));
            "the declarations have errors, and nothing is made of them".to_string()
        }
        error => error.to_string(),
    })
}
