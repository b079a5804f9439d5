//! Compares files with what is there, and writes those that differ.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::BuildError;
use crate::render::Files;

/// The files below `out` that are missing, not as they should be, or no longer wanted.
pub fn stale(files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut stale = Vec::new();
    for (path, text) in &files.texts {
        let path = out.join(path);
        match fs::read_to_string(&path) {
            Ok(found) if found == *text => {}
            Ok(_) => stale.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => stale.push(path),
            Err(source) => return Err(BuildError::Files { path, source }),
        }
    }
    stale.extend(files.gone.iter().map(|path| out.join(path)).filter(|path| path.exists()));
    Ok(stale)
}

/// Writes the files that are missing or not as they should be, each by a rename, so that nobody reads half a file, and
/// removes drafts that are no longer wanted; gives which. Other files stay as they are.
pub fn write(files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let stale = stale(files, out)?;
    for path in &stale {
        let failed = |source| BuildError::Files { path: path.clone(), source };
        let Ok(relative) = path.strip_prefix(out) else { continue };
        let Some(text) = files.texts.get(relative) else {
            fs::remove_file(path).map_err(failed)?;
            // The folder goes with its last file.
            if let Some(folder) = path.parent() {
                let _ = fs::remove_dir(folder);
            }
            continue;
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let part = path.with_extension("part");
        fs::write(&part, text).map_err(failed)?;
        fs::rename(&part, path).map_err(failed)?;
    }
    Ok(stale)
}
