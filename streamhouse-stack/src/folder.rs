//! Folders for data, under the target folder, and their end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Pid, test_kill_process};

use crate::error::StackError;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A new folder `stack/<name>-<process>-<number>` in the target folder. Folders of processes that are gone are removed.
pub(crate) fn create(name: &str) -> Result<PathBuf, StackError> {
    let all = target().join("stack");
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = all.join(format!("{name}-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|source| StackError::Files { path: folder.clone(), source })?;
    remove_orphans(&all);
    // The engine wants to know its folder by one name.
    fs::canonicalize(&folder).map_err(|source| StackError::Files { path: folder.clone(), source })
}

/// The target folder: as cargo was told, else where the running program lies, else `target` here.
fn target() -> PathBuf {
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
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.rsplit('-').nth(1)).and_then(|id| id.parse().ok());
        let gone = owner.and_then(Pid::from_raw).is_some_and(|owner| test_kill_process(owner).is_err());
        if gone {
            // Another process may be removing it as well.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
