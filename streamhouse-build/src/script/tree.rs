//! The files that a build script writes: all of them into its own folder, and drafts into the tree of sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::parallel::in_parallel;
use crate::render::Files;
use crate::{BuildError, write};

/// Writes what declarations make into a folder of the script's own, and removes what an earlier run wrote there and this one
/// does not make.
pub(crate) fn render_into(
    folder: &Path,
    texts: &BTreeMap<PathBuf, String>,
    earlier: &[PathBuf],
) -> Result<(), BuildError> {
    for path in earlier.iter().filter(|path| !texts.contains_key(*path)) {
        let path = folder.join(path);
        // It may be gone with its folder.
        let _ = fs::remove_file(&path);
        let _ = path.parent().map(fs::remove_dir);
    }
    let folders: BTreeSet<&Path> = texts.keys().filter_map(|path| path.parent()).collect();
    for below in folders {
        let path = folder.join(below);
        if !path.is_dir() {
            fs::create_dir_all(&path).map_err(|source| BuildError::Files { path, source })?;
        }
    }
    let texts: Vec<(&PathBuf, &String)> = texts.iter().collect();
    let written = in_parallel(&texts, |(path, text)| {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
            return Ok(());
        }
        fs::write(&path, text).map_err(|source| BuildError::Files { path, source })
    });
    written.into_iter().collect()
}

/// Writes drafts into the tree. They get the time at which cargo began, for cargo would run the script again, and build the
/// package again, where something that the script watches is younger than that.
pub(crate) fn write_into(root: &Path, files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let written = write(files, root)?;
    if let Some(began) = began(out) {
        for path in &written {
            // A time that cannot be set costs one more build.
            let _ = date(path, began);
            let _ = path.parent().map(|folder| date(folder, began));
        }
    }
    Ok(written)
}

/// When cargo began with this run, as it noted beside the folder of the script.
fn began(out: &Path) -> Option<SystemTime> {
    fs::metadata(out.with_file_name("invoked.timestamp")).ok()?.modified().ok()
}

fn date(path: &Path, time: SystemTime) -> io::Result<()> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        file => file?.set_modified(time),
    }
}
