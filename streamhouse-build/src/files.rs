//! Compares files with what is there, and writes those that differ.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::BuildError;
use crate::render::Files;

/// The files below `out` that are missing or not as they should be.
pub fn stale(files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut stale = Vec::new();
    for (path, text) in files {
        let path = out.join(path);
        match fs::read_to_string(&path) {
            Ok(found) if found == *text => {}
            Ok(_) => stale.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => stale.push(path),
            Err(source) => return Err(BuildError::Files { path, source }),
        }
    }
    Ok(stale)
}

/// Writes the files that are missing or not as they should be, each by a rename, so that nobody reads half a file; gives
/// which. Other files stay as they are.
pub fn write(files: &Files, out: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let stale = stale(files, out)?;
    for path in &stale {
        let failed = |source| BuildError::Files { path: path.clone(), source };
        let Some(text) = path.strip_prefix(out).ok().and_then(|path| files.get(path)) else { continue };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let part = path.with_extension("part");
        fs::write(&part, text).map_err(failed)?;
        fs::rename(&part, path).map_err(failed)?;
    }
    Ok(stale)
}
