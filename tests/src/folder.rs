//! A project of a user: a folder with declarations, in which the command is run.

use std::fs;
use std::path::Path;

use crate::{Place, command};

/// A folder with a place on the servers.
pub struct Folder {
    /// The servers.
    pub place: Place,
    folder: tempfile::TempDir,
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Folder {
    /// An empty one, with a folder for sources.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("src")).expect("a folder");
        Self { place: Place::new(), folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes this the only declaration.
    pub fn declare(&self, declaration: &str) {
        self.write("src/lib.rs", declaration);
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs the command here: its exit code, and what it says on stdout and stderr.
    pub fn run(&self, arguments: &str) -> (Option<i32>, String, String) {
        let output = command(&self.place)
            .args(arguments.split_whitespace())
            .current_dir(self.path())
            .stdin(std::process::Stdio::null())
            .output()
            .expect("the program");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    /// What it prints, where it succeeds.
    pub fn done(&self, arguments: &str) -> String {
        let (code, out, error) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments}: {out}{error}");
        out
    }

    /// What it says, where it fails.
    pub fn refused(&self, arguments: &str) -> String {
        let (code, out, error) = self.run(arguments);
        assert_eq!(code, Some(1), "{arguments}: {out}{error}");
        error
    }
}
