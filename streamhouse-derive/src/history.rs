//! The sealed versions of an event, in `schemas/<event>/` below the folder of `streamhouse.toml`, or of the package where
//! there is none.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use streamhouse_schema::compat::History;

use crate::project::tracked;

/// Reads the versions, and has cargo build the package anew when one of them changes.
pub(crate) fn history(root: Option<&Path>, event: &str, tracking: &mut TokenStream) -> History {
    let mut history = History::default();
    let Some(root) = root else { return history };
    let folder = root.join("schemas").join(event);
    let files = match files(&folder) {
        Ok(files) => files,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return history;
        }
        Err(error) => {
            history.unreadable(folder.display().to_string(), error.to_string());
            return history;
        }
    };
    for file in files {
        tracking.extend(tracked(&file));
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        match fs::read_to_string(&file) {
            Ok(text) => history.add(shown, text),
            Err(error) => history.unreadable(shown, error.to_string()),
        }
    }
    history
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
