//! The program that a ClickHouse runs, and how it is told what to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use streamhouse_embedded::library;

use crate::clickhouse::config::server_config;
use crate::clickhouse::options::ClickHouseKind;
use crate::error::StackError;
use crate::program::{is_program, on_path, sibling};

/// Names the server: `embedded`, or the path of a `clickhouse`.
pub const CLICKHOUSE_KIND_VARIABLE: &str = "STREAMHOUSE_CLICKHOUSE";
/// Names the program `streamhouse-embedded`.
const EMBEDDED_VARIABLE: &str = "STREAMHOUSE_EMBEDDED";

#[derive(Debug, Clone)]
pub(super) enum Program {
    Server(PathBuf),
    Embedded { program: PathBuf, library: PathBuf },
}

impl ClickHouseKind {
    /// What [`CLICKHOUSE_KIND_VARIABLE`] names, else a server on the PATH, else the embedded one.
    pub(crate) fn from_env() -> Result<Self, StackError> {
        match std::env::var_os(CLICKHOUSE_KIND_VARIABLE).filter(|value| !value.is_empty()) {
            // The same word is the name of several programs in one.
            None => Ok(on_path("clickhouse").map_or(Self::Embedded, Self::Server)),
            Some(word) if word == "embedded" => Ok(Self::Embedded),
            Some(path) if path.to_string_lossy().contains('/') => Ok(Self::Server(path.into())),
            Some(word) => Err(StackError::Variable {
                variable: CLICKHOUSE_KIND_VARIABLE,
                value: word.to_string_lossy().into_owned(),
                form: "embedded, or the path of a clickhouse",
            }),
        }
    }
}

impl Program {
    pub(super) fn of(kind: &ClickHouseKind) -> Result<Self, StackError> {
        match kind {
            ClickHouseKind::Embedded => embedded(),
            ClickHouseKind::Server(server) if is_program(server) => Ok(Program::Server(server.clone())),
            ClickHouseKind::Server(server) => Err(StackError::Missing {
                program: server.display().to_string(),
                mend: "name a program that exists and may be run".into(),
            }),
        }
    }

    pub(super) fn command(
        &self,
        folder: &Path,
        port: u16,
        password: &str,
        config: Option<&Path>,
    ) -> Result<Command, StackError> {
        match self {
            Program::Embedded { program, library } => {
                let mut command = Command::new(program);
                command.arg("--path").arg(folder.join("data")).arg("--http").arg(format!("127.0.0.1:{port}"));
                command.arg("--library").arg(library).env("CLICKHOUSE_PASSWORD", password);
                if let Some(config) = config {
                    command.arg("--config-file").arg(config);
                }
                Ok(command)
            }
            Program::Server(server) => {
                let main = folder.join("config.xml");
                fs::write(&main, server_config(folder, port, password)).map_err(StackError::files(&main))?;
                if let Some(config) = config {
                    // The server adds what lies there to its own.
                    let more = folder.join("config.d");
                    fs::create_dir_all(&more).map_err(StackError::files(&more))?;
                    fs::copy(config, more.join("options.xml")).map_err(StackError::files(config))?;
                }
                let mut command = Command::new(server);
                command.arg("server").arg("--config-file").arg(main).current_dir(folder);
                Ok(command)
            }
        }
    }
}

fn embedded() -> Result<Program, StackError> {
    let named = std::env::var_os(EMBEDDED_VARIABLE).map(PathBuf::from);
    let program =
        named.or_else(|| sibling("streamhouse-embedded")).or_else(|| on_path("streamhouse-embedded"));
    let program = program.filter(|program| is_program(program)).ok_or_else(|| StackError::Missing {
        program: "streamhouse-embedded".into(),
        mend: "build it with `cargo build -p streamhouse-embedded`, with the same profile, or set CLICKHOUSE_URL to a running server".into(),
    })?;
    Ok(Program::Embedded { program, library: library::ensure()? })
}
