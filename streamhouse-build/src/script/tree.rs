//! The files that a build script writes: all of them into its own folder, and drafts into the tree of sources.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::archive::archive;
use crate::render::Files;
use crate::{BuildError, write};

/// The file with all that declarations make, in the script's own folder.
const RENDERED: &str = "rendered.tar";

/// Writes what declarations make into a folder of the script's own, as one archive: a thousand events are four thousand files,
/// and making those takes longer than all else.
pub(crate) fn render_into(folder: &Path, texts: &BTreeMap<PathBuf, String>) -> Result<(), BuildError> {
    let path = folder.join(RENDERED);
    let archive = archive(texts);
    if fs::read(&path).is_ok_and(|found| found == archive) {
        return Ok(());
    }
    fs::write(&path, archive).map_err(|source| BuildError::Files { path, source })
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
