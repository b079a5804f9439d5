//! The data folder: its lock, and what the server keeps in it beside the engine's files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::start::StartError;

/// A data folder that is this process's alone.
pub(crate) struct Folder {
    /// Absolute.
    pub(crate) path: PathBuf,
    /// For the server's own files.
    pub(crate) own: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is missing, and locks it: two engines over one folder would destroy it.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        let failed = |source: io::Error| StartError::Folder { path: path.to_path_buf(), source };
        fs::create_dir_all(path).map_err(failed)?;
        let path = fs::canonicalize(path).map_err(failed)?;
        let lock = File::create(path.join("streamhouse-embedded.lock")).map_err(failed)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(StartError::InUse { path }),
            Err(error) => return Err(failed(error.into())),
        }
        let own = path.join("streamhouse");
        fs::create_dir_all(&own).map_err(failed)?;
        // Pipes of a process that was killed.
        for entry in fs::read_dir(&own).map_err(failed)?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "pipe") {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(Self { path, own, _lock: lock })
    }

    /// The folder's own password, made at the first start, and the file that only its owner can read.
    pub(crate) fn password(&self) -> Result<(String, PathBuf), StartError> {
        let file = self.own.join("password");
        let failed = |source: io::Error| StartError::Folder { path: file.clone(), source };
        match fs::read_to_string(&file) {
            Ok(text) if !text.trim().is_empty() => return Ok((text.trim().to_string(), file)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let password = uuid::Uuid::new_v4().simple().to_string();
        let part = self.own.join("password.new");
        let _ = fs::remove_file(&part);
        let mut new =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
        writeln!(new, "{password}").map_err(failed)?;
        fs::rename(&part, &file).map_err(failed)?;
        Ok((password, file))
    }
}

/// Moves the process into a folder that no longer exists. The engine resolves every file that a statement names against
/// the folder that the process stands in; without one, its function `file` fails whatever it is given, also where no
/// check of statements can see it, such as in the values of an INSERT.
pub fn stand_nowhere() -> io::Result<()> {
    let nowhere = tempfile::tempdir()?;
    std::env::set_current_dir(nowhere.path())?;
    nowhere.close()
}
