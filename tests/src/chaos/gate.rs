//! How far producers may go: a number in a file, so that what happens to them happens while there is work.

use std::fs;
use std::path::{Path, PathBuf};

/// How many events each producer may have confirmed.
#[derive(Debug)]
pub(super) struct Gate {
    path: PathBuf,
    open: u64,
}

impl Gate {
    pub(super) fn new(path: PathBuf) -> Result<Self, String> {
        let mut gate = Self { path, open: 0 };
        gate.write(0)?;
        Ok(gate)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets each producer go so far; never back.
    pub(super) fn open(&mut self, events: u64) -> Result<(), String> {
        if events > self.open { self.write(events) } else { Ok(()) }
    }

    fn write(&mut self, events: u64) -> Result<(), String> {
        self.open = events;
        // Whoever reads it sees one number or the other.
        let next = self.path.with_extension("next");
        let written = fs::write(&next, events.to_string()).and_then(|()| fs::rename(&next, &self.path));
        written.map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

/// How far a producer may go.
pub(super) fn read(path: &Path) -> u64 {
    fs::read_to_string(path).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}
