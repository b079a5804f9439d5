//! What lies in `schemas/` and `migrations/`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{Migration, in_order};
use streamhouse_schema::snapshot::Snapshot;

use crate::BuildError;

/// The snapshots and migrations of a folder.
#[derive(Debug, Default)]
pub struct Repository {
    /// By event and version, each with its text.
    pub(crate) snapshots: BTreeMap<(String, u32), (Snapshot, String)>,
    /// By number.
    pub(crate) migrations: Vec<Migration>,
}

impl Repository {
    /// Reads a folder that holds `schemas/` and `migrations/`; either may be missing.
    pub fn read(folder: &Path) -> Result<Self, BuildError> {
        let mut snapshots = BTreeMap::new();
        for event in folders(&folder.join("schemas"))? {
            for file in entries(&event)? {
                if file.extension().is_none_or(|extension| extension != "json") {
                    continue;
                }
                let text = text(&file)?;
                let snapshot = Snapshot::read(&text)
                    .map_err(|error| BuildError::Stored { path: file, message: error.to_string() })?;
                snapshots.insert((snapshot.event.clone(), snapshot.version), (snapshot, text));
            }
        }
        let repository = Self { snapshots, migrations: migrations(folder)? };
        repository.check(folder)?;
        Ok(repository)
    }

    /// What was sealed with a migration is as it was.
    fn check(&self, folder: &Path) -> Result<(), BuildError> {
        // By their paths once: a folder may hold a thousand of both.
        let paths: BTreeMap<String, &String> = self
            .snapshots
            .iter()
            .map(|((event, version), (_, text))| (format!("{event}/{version}.json"), text))
            .collect();
        for migration in &self.migrations {
            for (path, sealed) in &migration.plan.snapshots {
                if paths.get(path).is_some_and(|text| *sealed != Fingerprint::of(text).to_string()) {
                    let message = format!(
                        "this snapshot was changed after it was sealed with {}: take it back from version control; what should be otherwise is declared as a new version",
                        migration.name()
                    );
                    return Err(BuildError::Stored { path: folder.join("schemas").join(path), message });
                }
            }
        }
        Ok(())
    }

    /// The migrations, in their order.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }
}

/// The migrations of a folder that holds `migrations/`, in their order.
pub fn migrations(folder: &Path) -> Result<Vec<Migration>, BuildError> {
    let mut migrations = Vec::new();
    for path in folders(&folder.join("migrations"))? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let optional = |file: &str| match text(&path.join(file)) {
            Ok(text) => Ok(Some(text)),
            Err(BuildError::Files { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let migration = Migration::read(
            name,
            text(&path.join("up.sql"))?,
            optional("down.sql")?,
            optional("plan.json")?.as_deref(),
        );
        migrations.push(migration.map_err(|error| stored(&path, &error))?);
    }
    in_order(migrations).map_err(|error| stored(&folder.join("migrations"), &error))
}

fn stored(path: &Path, error: &impl ToString) -> BuildError {
    BuildError::Stored { path: path.to_path_buf(), message: error.to_string() }
}

fn text(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(|source| BuildError::Files { path: path.to_path_buf(), source })
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, BuildError> {
    Ok(entries(path)?.into_iter().filter(|entry| entry.is_dir()).collect())
}

/// What lies in a folder, by name; nothing where it is missing.
fn entries(path: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let failed = |source| BuildError::Files { path: path.to_path_buf(), source };
    let read = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(failed)?,
    };
    let mut entries = Vec::new();
    for entry in read {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    Ok(entries)
}
