//! `streamhouse.toml`, found and read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use streamhouse_schema::diagnostic::Severity;
use streamhouse_schema::project::{self, Project};

use crate::BuildError;
use crate::finding::{Finding, Place, Source, rule_of};

/// The settings for each folder that was asked for: those of the nearest file above it.
#[derive(Default)]
pub(crate) struct Projects {
    known: BTreeMap<PathBuf, Option<Project>>,
    folders: BTreeMap<PathBuf, Option<PathBuf>>,
    /// What is wrong with the files.
    pub(crate) findings: Vec<Finding>,
}

impl Projects {
    /// The settings for the files of a folder; `None` where they cannot be read, which is one of the findings.
    pub(crate) fn of(&mut self, folder: &Path) -> Result<Option<Project>, BuildError> {
        let failed = |source| BuildError::Files { path: folder.to_path_buf(), source };
        let folder = fs::canonicalize(folder).map_err(failed)?;
        let path = match self.folders.get(&folder) {
            Some(path) => path.clone(),
            None => {
                let found = project::find(&folder, |path| fs::read_to_string(path));
                let path = found.as_ref().map(|found| found.path.clone());
                if let Some(found) = found
                    && !self.known.contains_key(&found.path)
                {
                    let text = found.text.map_err(|message| BuildError::Files {
                        path: found.path.clone(),
                        source: std::io::Error::other(message),
                    })?;
                    let project = self.read(&found.path, text);
                    self.known.insert(found.path, project);
                }
                self.folders.insert(folder, path.clone());
                path
            }
        };
        Ok(match path {
            Some(path) => self.known.get(&path).cloned().flatten(),
            None => Some(Project::default()),
        })
    }

    fn read(&mut self, path: &Path, text: String) -> Option<Project> {
        let read = Project::read(&text);
        let source = Arc::new(Source { path: shown(path), text });
        match read {
            Ok(project) => Some(project),
            Err(errors) => {
                self.findings.extend(errors.into_iter().map(|error| Finding {
                    code: Some(error.code),
                    severity: Severity::Error,
                    place: Place { source: Arc::clone(&source), bytes: error.place },
                    message: error.message,
                    label: rule_of(error.code),
                    help: error.help,
                    replacement: None,
                    other: None,
                }));
                None
            }
        }
    }
}

/// A path as a person would write it here.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| path.to_path_buf())
}
