//! `streamhouse.toml`, found and read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use streamhouse_schema::compat::History;
use streamhouse_schema::diagnostic::Severity;
use streamhouse_schema::project::{self, Project};

use crate::BuildError;
use crate::finding::{Finding, Place, Source, rule_of};

/// The files of an event's versions: names, and texts or why they cannot be read.
type Versions = Vec<(String, Result<String, String>)>;

/// The settings for each folder that was asked for: those of the nearest file above it.
#[derive(Default)]
pub(crate) struct Projects {
    known: BTreeMap<PathBuf, Option<Project>>,
    folders: BTreeMap<PathBuf, Option<PathBuf>>,
    histories: BTreeMap<(PathBuf, String), Versions>,
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

    /// The sealed versions of an event that is declared in a folder, as the derive finds them: below the folder of
    /// `streamhouse.toml`, or of the package where there is none.
    pub(crate) fn history(&mut self, folder: &Path, event: &str) -> History {
        let mut history = History::default();
        let Ok(folder) = fs::canonicalize(folder) else { return history };
        let settings = self.folders.get(&folder).cloned().flatten();
        let package =
            || folder.ancestors().find(|folder| folder.join("Cargo.toml").is_file()).map(Path::to_path_buf);
        let root = settings.and_then(|path| path.parent().map(Path::to_path_buf)).or_else(package);
        let Some(root) = root else { return history };
        let files = self
            .histories
            .entry((root.clone(), event.to_string()))
            .or_insert_with(|| versions(&root.join("schemas").join(event)));
        for (file, text) in files {
            let file = format!("schemas/{event}/{file}");
            match text {
                Ok(text) => history.add(file, text.clone()),
                Err(error) => history.unreadable(file, error.clone()),
            }
        }
        history
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

/// The files of a folder, each with its name and its text; none where there is no folder.
fn versions(folder: &Path) -> Versions {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (name, fs::read_to_string(&file).map_err(|error| error.to_string()))
    };
    files.into_iter().map(read).collect()
}

/// A path as a person would write it here.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| path.to_path_buf())
}
