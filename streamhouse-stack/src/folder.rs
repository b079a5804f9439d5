//! Folders for data and logs, and their end.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{FlockOperation, flock};

use crate::error::StackError;

/// Held by the owner as long as it lives. The kernel releases it, so it says more than a process id, which may be
/// another's by now, or mean another process in another container.
const LOCK: &str = "lock";
/// Marks what is not to be removed.
const KEEP: &str = "keep";

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A folder that one process owns: a new one that ends with its owner, or one that stays.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    kept: bool,
    lock: File,
}

impl Folder {
    /// A new folder `stack/<name>-<process>-<number>` in the target folder, removed when this value is dropped.
    /// Folders whose owners are gone are removed now.
    pub fn create(name: &str) -> Result<Self, StackError> {
        Self::create_in(&target().join("stack"), name)
    }

    /// The same in another folder.
    pub fn create_in(all: &Path, name: &str) -> Result<Self, StackError> {
        fs::create_dir_all(all).map_err(StackError::files(all))?;
        // The engine wants to know its folder by one name.
        let all = fs::canonicalize(all).map_err(StackError::files(all))?;
        // Between the making of a folder and its lock, nobody may take it for an orphan.
        let guard = all.join(LOCK);
        let guard = File::create(&guard).map_err(StackError::files(&guard))?;
        flock(&guard, FlockOperation::LockExclusive)
            .map_err(|error| StackError::files(&all)(error.into()))?;
        remove_orphans(&all);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = all.join(format!("{name}-{}-{number}", std::process::id()));
        make(&path)?;
        let lock = lock(&path)?;
        Ok(Self { path, kept: false, lock })
    }

    /// A folder by its path, made where it is missing, which stays.
    pub fn open(path: &Path) -> Result<Self, StackError> {
        make(path)?;
        let path = fs::canonicalize(path).map_err(StackError::files(path))?;
        let lock = lock(&path)?;
        Ok(Self { path, kept: true, lock })
    }

    /// The folder of [`create`](Self::create) is to stay.
    pub fn keep(&mut self) -> Result<(), StackError> {
        let marker = self.path.join(KEEP);
        fs::write(&marker, "").map_err(StackError::files(marker))?;
        self.kept = true;
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is to be removed when the owner is gone.
    pub(crate) fn ends_with_owner(&self) -> Option<&Path> {
        (!self.kept).then_some(&*self.path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
        // A process that another thread starts just now holds the file too, until it is the other program; so closing
        // it is not enough.
        let _ = flock(&self.lock, FlockOperation::Unlock);
    }
}

/// Passwords lie in these folders, so they are for the user alone.
pub(crate) fn make(path: &Path) -> Result<(), StackError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StackError::files(path))
}

fn lock(path: &Path) -> Result<File, StackError> {
    let file = path.join(LOCK);
    let open = File::options().create(true).truncate(false).read(true).write(true).open(&file);
    let mut open = open.map_err(StackError::files(&file))?;
    match flock(&open, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut owner = String::new();
            let _ = open.read_to_string(&mut owner);
            return Err(StackError::InUse { path: path.into(), owner: owner.trim().into() });
        }
        Err(error) => return Err(StackError::files(&file)(error.into())),
    }
    let sign = || -> io::Result<()> {
        let mut open = &open;
        open.rewind()?;
        open.set_len(0)?;
        writeln!(open, "process {}", std::process::id())
    };
    sign().map_err(StackError::files(&file))?;
    Ok(open)
}

/// The target folder: as cargo was told, else where the running program lies, else `target` here.
pub fn target() -> PathBuf {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return folder.into();
    }
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").is_file();
    std::env::current_exe()
        .ok()
        .and_then(|program| program.ancestors().find(marked).map(Path::to_path_buf))
        .unwrap_or_else(|| "target".into())
}

fn remove_orphans(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let folder = entry.path();
        // Only what has the lock of a folder like ours is touched at all.
        let Ok(file) = File::open(folder.join(LOCK)) else { continue };
        let owned = flock(&file, FlockOperation::NonBlockingLockExclusive).is_err();
        if !owned && !folder.join(KEEP).exists() {
            // Its watchers may be removing it as well.
            let _ = fs::remove_dir_all(&folder);
        }
        let _ = flock(&file, FlockOperation::Unlock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_dead_owners_go_and_others_stay() {
        let all = target().join("stack-folder-test");
        let _ = fs::remove_dir_all(&all);
        let living = Folder::create_in(&all, "living").expect("a folder");
        // What an owner leaves that was killed: the folder with a lock that nobody holds.
        let mut dead = all.join("dead-1-0");
        fs::create_dir_all(dead.join("clickhouse/data")).expect("a folder");
        fs::write(dead.join(LOCK), "process 1").expect("a file");
        let foreign = all.join("foreign-1-0");
        fs::create_dir_all(&foreign).expect("a folder");
        let mut kept = Folder::create_in(&all, "kept").expect("a folder");
        assert!(!dead.exists());
        kept.keep().expect("a marker");
        let kept = {
            let path = kept.path().to_path_buf();
            drop(kept);
            path
        };
        dead = Folder::create_in(&all, "another").expect("a folder").path().to_path_buf();
        assert!(living.path().exists() && foreign.exists() && kept.exists() && !dead.exists());
        let _ = fs::remove_dir_all(&all);
    }

    #[test]
    fn a_folder_in_use_is_refused_and_its_owner_named() {
        let all = target().join("stack-in-use-test");
        let first = Folder::open(&all).expect("a folder");
        let error = Folder::open(&all).expect_err("in use").to_string();
        assert!(
            error.contains(&format!("in use by another stack (process {})", std::process::id())),
            "{error}"
        );
        drop(first);
        drop(Folder::open(&all).expect("free again"));
        let _ = fs::remove_dir_all(&all);
    }
}
