//! What a project says once for all of its declarations, in `streamhouse.toml` at its root: the oldest ClickHouse that has
//! to accept the tables, how much lints matter, and whether builds write. It never changes a table, only whether one is accepted.

mod feeds;
pub mod handover;
mod levels;
mod needs;
mod schemas;
mod toml;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use feeds::{Misfit, misfits};
pub(crate) use levels::near_lint;
pub use levels::{Level, Levels};
pub(crate) use needs::needs;
pub use schemas::Schemas;

use self::toml::{Entry, Placed, Value};
use crate::near::nearest;
use crate::version::Version;

/// The name of the file.
pub const FILE: &str = "streamhouse.toml";
/// The release whose names the compiler knows, and the oldest that has to accept tables where no file says otherwise: the
/// only one on which all of them were tried.
pub const ENGINE: Version = Version::new(26, 7);
/// The oldest release that a file may name: the engine's own record of the settings of its tables begins with it.
pub const OLDEST: Version = Version::new(24, 8);

/// The settings of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The oldest server that has to accept the tables.
    pub oldest: Version,
    /// How much lints matter.
    pub lints: Levels,
    /// What is done with `schemas/` and `migrations/`.
    pub schemas: Schemas,
}

impl Default for Project {
    fn default() -> Self {
        Self { oldest: ENGINE, lints: Levels::default(), schemas: Schemas::default() }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectError {
    /// The rule's code.
    pub code: &'static str,
    /// Which bytes of the file.
    pub place: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// A file with settings, as it is found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds, or why that cannot be read.
    pub text: Result<String, String>,
}

/// Looks for the file in a folder and in those above it, the nearest first. `read` is whoever may read files.
pub fn find(folder: &Path, read: impl Fn(&Path) -> io::Result<String>) -> Option<Found> {
    folder.ancestors().find_map(|folder| {
        let path = folder.join(FILE);
        match read(&path) {
            Ok(text) => Some(Found { path, text: Ok(text) }),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                None
            }
            Err(error) => Some(Found { path, text: Err(error.to_string()) }),
        }
    })
}

impl Project {
    /// Reads a file. All that is wrong with it is reported; a file that is no TOML up to its first mistake.
    pub fn read(text: &str) -> Result<Self, Vec<ProjectError>> {
        let entries = toml::read(text).map_err(|unreadable| {
            vec![ProjectError {
                code: "SH0511",
                place: unreadable.place,
                message: unreadable.message,
                help: "the file has the form `[clickhouse]`, and below it `oldest = \"25.3\"`".into(),
            }]
        })?;
        let (mut project, mut errors) = (Self::default(), Vec::new());
        for entry in &entries {
            let names: Vec<&str> = entry.path.iter().map(|word| word.value.as_str()).collect();
            match (&names[..], &entry.value) {
                (["clickhouse" | "lints" | "schemas"], None) => {}
                (["clickhouse" | "lints" | "schemas"], Some(value)) => errors.push(ProjectError {
                    code: "SH0513",
                    place: value.place.clone(),
                    message: format!("`{}` is a table", names[0]),
                    help: format!(
                        "write `[{}]` on a line of its own, and what belongs to it below",
                        names[0]
                    ),
                }),
                (["clickhouse", "oldest"], Some(value)) => match oldest(value) {
                    Ok(version) => project.oldest = version,
                    Err(error) => errors.push(error),
                },
                (["lints", name], Some(value)) => {
                    if let Err(error) = project.lints.read(name, entry, value) {
                        errors.push(error);
                    }
                }
                (["schemas", "write"], Some(value)) => {
                    if let Err(error) = project.schemas.read_write(value) {
                        errors.push(error);
                    }
                }
                (["schemas", "compatibility"], Some(value)) => {
                    if let Err(error) = project.schemas.read_compatibility(value) {
                        errors.push(error);
                    }
                }
                // What stands below a word that is not known is not known either.
                _ => {
                    let error = unknown(entry);
                    if errors.iter().all(|earlier| earlier.place != error.place) {
                        errors.push(error);
                    }
                }
            }
        }
        if errors.is_empty() { Ok(project) } else { Err(errors) }
    }
}

fn oldest(value: &Placed<Value>) -> Result<Version, ProjectError> {
    let error = |message: String| ProjectError {
        code: "SH0513",
        place: value.place.clone(),
        message,
        help: "write the year and the release in quotes: `oldest = \"25.3\"`".into(),
    };
    let Value::Text(text) = &value.value else {
        return Err(error("`oldest` is a text".into()));
    };
    let version: Version = text.parse().map_err(|wrong| error(format!("{wrong}")))?;
    if version < OLDEST {
        return Err(error(format!(
            "`oldest` is at least {OLDEST}: since when older ones know a setting is not known"
        )));
    }
    if version > ENGINE {
        return Err(error(format!(
            "`oldest` is at most {ENGINE}, the newest release that this StreamHouse knows"
        )));
    }
    Ok(version)
}

/// A word that means nothing, with the nearest that does.
fn unknown(entry: &Entry) -> ProjectError {
    const TABLES: &[&str] = &["clickhouse", "lints", "schemas"];
    let known: &[&str] = match entry.path.first().map(|word| word.value.as_str()) {
        Some("clickhouse") if entry.path.len() > 1 => &["oldest"],
        Some("schemas") if entry.path.len() > 1 => Schemas::KEYS,
        _ => TABLES,
    };
    let at = if known == TABLES { 0 } else { 1 };
    let (name, place) = entry
        .path
        .get(at)
        .map_or_else(|| (String::new(), 0..0), |word| (word.value.clone(), word.place.clone()));
    let help = match nearest(&name, known) {
        Some(near) if near != name => format!("did you mean `{near}`?"),
        Some(near) => format!("write `{near} = …`: it is no table"),
        None => format!("valid here: {}", known.join(", ")),
    };
    ProjectError { code: "SH0512", place, message: format!("`{name}` is not known in {FILE}"), help }
}

#[cfg(test)]
mod tests;
