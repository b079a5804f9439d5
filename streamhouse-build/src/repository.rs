//! What lies in `schemas/` and `migrations/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{Migration, State, in_order};
use streamhouse_schema::snapshot::{self, Snapshot};

use crate::BuildError;
use crate::product::Product;
use crate::render::Files;
use crate::script::in_parallel;

/// The snapshots and migrations of a folder.
#[derive(Debug, Default)]
pub struct Repository {
    pub(crate) snapshots: BTreeMap<Version, Stored>,
    /// By number.
    pub(crate) migrations: Vec<Migration>,
    /// All files that were read, by their paths below the folder.
    pub(crate) texts: BTreeMap<PathBuf, String>,
}

/// A snapshot as it is kept.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) state: State,
    pub(crate) text: String,
    /// What the text says, where somebody has asked.
    snapshot: OnceLock<Option<Snapshot>>,
}

/// The files of a folder, of whose snapshots nothing is known yet but the texts.
pub(crate) struct Unread {
    folder: PathBuf,
    snapshots: Vec<FileText>,
    migrations: Vec<(Migration, Vec<FileText>)>,
}

/// An event and a version of it.
type Version = (String, u32);
/// A file, and what it holds.
type FileText = (PathBuf, String);

impl Stored {
    /// What it says.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.get_or_init(|| Snapshot::read(&self.text).ok()).as_ref()
    }
}

impl Unread {
    /// The files of a folder that holds `schemas/` and `migrations/`; either may be missing.
    pub(crate) fn of(folder: &Path) -> Result<Self, BuildError> {
        let events = folders(&folder.join("schemas"))?;
        let mut snapshots = Vec::new();
        for read in in_parallel(&events, |event| event_in(event)) {
            snapshots.append(&mut read?);
        }
        Ok(Self { folder: folder.to_path_buf(), snapshots, migrations: migrations_in(folder)? })
    }

    /// What the texts say. One that is to the byte what a declaration makes is read when somebody asks for more: of a thousand
    /// events, mostly none.
    pub(crate) fn read(self, products: &[&Product]) -> Result<Repository, BuildError> {
        let products: BTreeMap<(&str, u32), &Product> =
            products.iter().map(|product| ((product.event.as_str(), product.version), *product)).collect();
        let read = in_parallel(&self.snapshots, |(path, text)| -> Result<_, BuildError> {
            let product = version_of(path).and_then(|version| products.get(&version));
            if let Some((product, state)) =
                product.and_then(|product| Some((product, product.state_of(text)?)))
            {
                return Ok(((product.event.clone(), product.version), state, OnceLock::new()));
            }
            let snapshot = Snapshot::read(text).map_err(|error| stored(path, &error))?;
            let (event, version, state) = (snapshot.event.clone(), snapshot.version, snapshot.state);
            Ok(((event, version), state, OnceLock::from(Some(snapshot))))
        });
        // Maps of what is in order already are made sooner as a whole.
        let (mut snapshots, mut texts) = (Vec::new(), Vec::new());
        for ((path, text), read) in self.snapshots.into_iter().zip(read) {
            let (version, state, snapshot) = read?;
            texts.push((below(&self.folder, path), text.clone()));
            snapshots.push((version, Stored { state, text, snapshot }));
        }
        let mut migrations = Vec::new();
        for (migration, read) in self.migrations {
            migrations.push(migration);
            texts.extend(read.into_iter().map(|(path, text)| (below(&self.folder, path), text)));
        }
        let migrations = ordered(&self.folder, migrations)?;
        let (snapshots, texts) = (snapshots.into_iter().collect(), texts.into_iter().collect());
        let repository = Repository { snapshots, migrations, texts };
        repository.check(&self.folder)?;
        Ok(repository)
    }
}

impl Repository {
    /// Reads a folder that holds `schemas/` and `migrations/`; either may be missing.
    pub fn read(folder: &Path) -> Result<Self, BuildError> {
        Unread::of(folder)?.read(&[])
    }

    /// What was sealed is as it was: the checksum of a snapshot is in the plan of the migration that leads to it, or in the file
    /// itself.
    fn check(&self, folder: &Path) -> Result<(), BuildError> {
        let changed = |path: &str, message: String| BuildError::Stored {
            path: folder.join("schemas").join(path),
            message,
        };
        let with_migrations: BTreeSet<&String> =
            self.migrations.iter().flat_map(|migration| migration.plan.snapshots.keys()).collect();
        for ((event, version), stored) in &self.snapshots {
            if stored.state == State::Draft {
                continue;
            }
            let path = format!("{event}/{version}.json");
            if !with_migrations.contains(&path) && !snapshot::is_guarded(&stored.text) {
                return Err(changed(
                    &path,
                    "this snapshot is sealed, and neither it nor the plan of a migration has its checksum: take both back from version control".into(),
                ));
            }
        }
        for migration in &self.migrations {
            for (path, sealed) in &migration.plan.snapshots {
                let version =
                    version_of(Path::new(path)).map(|(event, version)| (event.to_string(), version));
                let stored = version.and_then(|version| self.snapshots.get(&version));
                if stored.is_some_and(|stored| *sealed != Fingerprint::of(&stored.text).to_string()) {
                    let message = format!(
                        "this snapshot was changed after it was sealed with {}: take it back from version control; what should be otherwise is declared as a new version",
                        migration.name()
                    );
                    return Err(changed(path, message));
                }
            }
        }
        Ok(())
    }

    /// The files that are missing in what was read, not as they should be, or no longer wanted, below the folder.
    pub(crate) fn stale(&self, files: &Files, folder: &Path) -> Vec<PathBuf> {
        // Both are in order: they are gone through side by side.
        let mut found = self.texts.iter().peekable();
        let texts = files.texts.iter().filter(|wanted| {
            while found.next_if(|found| found.0 < wanted.0).is_some() {}
            found.next_if_eq(wanted).is_none()
        });
        let texts = texts.map(|(path, _)| path);
        let gone = files.gone.iter().filter(|path| self.texts.contains_key(*path));
        texts.chain(gone).map(|path| folder.join(path)).collect()
    }

    /// The migrations, in their order.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }
}

/// The migrations of a folder that holds `migrations/`, in their order.
pub fn migrations(folder: &Path) -> Result<Vec<Migration>, BuildError> {
    let read = migrations_in(folder)?;
    ordered(folder, read.into_iter().map(|(migration, _)| migration).collect())
}

fn ordered(folder: &Path, migrations: Vec<Migration>) -> Result<Vec<Migration>, BuildError> {
    in_order(migrations).map_err(|error| stored(&folder.join("migrations"), &error))
}

/// The event and the version that a file is named after: `schemas/<event>/<version>.json`.
fn version_of(path: &Path) -> Option<(&str, u32)> {
    let event = path.parent()?.file_name()?.to_str()?;
    Some((event, path.file_stem()?.to_str()?.parse().ok()?))
}

/// The files of an event.
fn event_in(event: &Path) -> Result<Vec<FileText>, BuildError> {
    let mut snapshots = Vec::new();
    for path in entries(event)? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = text(&path)?;
        snapshots.push((path, text));
    }
    Ok(snapshots)
}

/// The migrations by the names of their folders, each with its files.
fn migrations_in(folder: &Path) -> Result<Vec<(Migration, Vec<FileText>)>, BuildError> {
    let folders = folders(&folder.join("migrations"))?;
    let read = in_parallel(&folders, |path| migration_in(path));
    read.into_iter().filter_map(Result::transpose).collect()
}

fn migration_in(path: &Path) -> Result<Option<(Migration, Vec<FileText>)>, BuildError> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(None) };
    let optional = |file: &str| match text(&path.join(file)) {
        Ok(text) => Ok(Some(text)),
        Err(BuildError::Files { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let (up, down, plan) = (text(&path.join("up.sql"))?, optional("down.sql")?, optional("plan.json")?);
    let migration = Migration::read(name, up.clone(), down.clone(), plan.as_deref());
    let migration = migration.map_err(|error| stored(path, &error))?;
    let files = [("up.sql", Some(up)), ("down.sql", down), ("plan.json", plan)];
    let files = files.into_iter().filter_map(|(file, text)| Some((path.join(file), text?)));
    Ok(Some((migration, files.collect())))
}

fn below(folder: &Path, path: PathBuf) -> PathBuf {
    path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or(path)
}

fn stored(path: &Path, error: &impl ToString) -> BuildError {
    BuildError::Stored { path: path.to_path_buf(), message: error.to_string() }
}

fn text(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(|source| BuildError::Files { path: path.to_path_buf(), source })
}

/// The folders in a folder, by name; none where it is missing. Whoever lists a folder mostly knows what is one without asking
/// for each.
fn folders(path: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let is_folder = |entry: &DirEntry| match entry.file_type() {
        Ok(kind) if !kind.is_symlink() => kind.is_dir(),
        _ => entry.path().is_dir(),
    };
    listed(path, is_folder)
}

/// What lies in a folder, by name; nothing where it is missing.
fn entries(path: &Path) -> Result<Vec<PathBuf>, BuildError> {
    listed(path, |_| true)
}

fn listed(path: &Path, is_wanted: impl Fn(&DirEntry) -> bool) -> Result<Vec<PathBuf>, BuildError> {
    let failed = |source| BuildError::Files { path: path.to_path_buf(), source };
    let read = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(failed)?,
    };
    let mut names = Vec::new();
    for entry in read {
        let entry = entry.map_err(failed)?;
        if is_wanted(&entry) {
            names.push(entry.file_name());
        }
    }
    // Names are compared sooner than paths, and have the same order below one folder.
    names.sort();
    Ok(names.into_iter().map(|name| path.join(name)).collect())
}
