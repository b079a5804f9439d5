//! One writer at a time.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::BuildError;

/// The folder for what is nobody's but the tool's; version control is told not to look into it.
const FOLDER: &str = ".streamhouse";
/// How long a lock is waited for. Whoever has it writes some files.
const LONGEST: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);

/// The right to write `schemas/` and `migrations/` of a folder, until it is dropped or the process ends, however it does.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder, and waits for whoever has it. What was read before may no longer be so.
    pub fn of(root: &Path) -> Result<Self, BuildError> {
        let folder = root.join(FOLDER);
        let path = folder.join("lock");
        let failed = |source| BuildError::Files { path: path.clone(), source };
        if !path.exists() {
            fs::create_dir_all(&folder).map_err(failed)?;
            fs::write(folder.join(".gitignore"), "*\n").map_err(failed)?;
        }
        let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if began.elapsed() < LONGEST => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(BuildError::Locked { path }),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_had_by_one_and_goes_with_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Lock::of(folder.path()).expect("a lock");
        let other =
            File::options().append(true).open(folder.path().join(".streamhouse/lock")).expect("a file");
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        assert!(other.try_lock().is_ok());
        let ignored = fs::read_to_string(folder.path().join(".streamhouse/.gitignore")).expect("text");
        assert_eq!(ignored, "*\n");
    }
}
