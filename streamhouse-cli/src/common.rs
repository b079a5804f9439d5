//! What commands have in common.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use streamhouse::Config;
use streamhouse_build::{BuildError, Schema};

/// Where declarations are, and what was made of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Project {
    /// The folder with the sources
    #[arg(default_value = "src")]
    pub(crate) source: PathBuf,
    /// The folder that holds `schemas/` and `migrations/`
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// The schemas below a folder. What is wrong with declarations is shown as `streamhouse check` shows it.
pub(crate) fn schemas(folder: &Path) -> Result<Vec<Schema>, String> {
    streamhouse_build::scan(folder).map_err(|error| match error {
        BuildError::Declarations(findings) => {
            let colours = crate::check::colours(&std::io::stderr());
            findings.iter().for_each(|finding| eprintln!("{}\n", finding.render(colours)));
            "the declarations have errors, and nothing is made of them".to_string()
        }
        error => error.to_string(),
    })
}

/// The settings of the environment.
pub(crate) fn config() -> Result<Config, String> {
    Config::from_env().map_err(text)
}

/// Waits for what a server is asked.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    Ok(runtime.block_on(work))
}

/// An error as a person reads it.
pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A line of the output. Whoever reads it may have seen enough, as `head` does: that is no error.
macro_rules! say {
    ($($text:tt)*) => { $crate::common::said(format_args!($($text)*)) };
}

/// What `say` writes.
pub(crate) fn said(text: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => eprintln!("streamhouse: the output: {error}"),
        Ok(()) => {}
    }
}
