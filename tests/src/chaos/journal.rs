//! What a producer was told, in a file that outlives it.
//!
//! Before a range of ids is sent it is written down as begun, and once it is confirmed as confirmed. A record is one `write`, which a
//! kill of the process does not take back. So what is confirmed in the file was confirmed, and what is begun only may be anywhere: in
//! Redis, in ClickHouse, or lost with the process.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

const RECORD: usize = 17;
const BEGUN: u8 = b'b';
const CONFIRMED: u8 = b'c';

/// The journal of one life of a producer.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
}

impl Journal {
    pub(super) fn create(path: &Path) -> Result<Self, String> {
        let file = File::options().create(true).append(true).open(path);
        Ok(Self { file: file.map_err(|error| format!("{}: {error}", path.display()))? })
    }

    pub(super) fn begun(&mut self, ids: &Range<u64>) -> Result<(), String> {
        self.write(BEGUN, ids)
    }

    pub(super) fn confirmed(&mut self, ids: &Range<u64>) -> Result<(), String> {
        self.write(CONFIRMED, ids)
    }

    fn write(&mut self, kind: u8, ids: &Range<u64>) -> Result<(), String> {
        let mut record = [0; RECORD];
        record[0] = kind;
        record[1..9].copy_from_slice(&ids.start.to_le_bytes());
        record[9..].copy_from_slice(&ids.end.to_le_bytes());
        self.file.write_all(&record).map_err(|error| format!("the journal: {error}"))
    }
}

/// What journals say, all lives together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Ranges that were confirmed, in order; neighbours are one.
    pub(super) confirmed: Vec<Range<u64>>,
    /// Ranges that were begun, and that the producer's death left open.
    pub(super) open: Vec<Range<u64>>,
}

impl Told {
    /// Adds the journal of one life. A record that was not written whole was not written.
    pub(super) fn read(&mut self, path: &Path) -> Result<(), String> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let mut open = None;
        for record in bytes.chunks_exact(RECORD) {
            let number =
                |at: usize| record[at..at + 8].iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
            let ids = number(1)..number(9);
            match record[0] {
                BEGUN => open = Some(ids),
                CONFIRMED => {
                    open = None;
                    match self.confirmed.last_mut() {
                        Some(last) if last.end == ids.start => last.end = ids.end,
                        _ => self.confirmed.push(ids),
                    }
                }
                other => return Err(format!("{}: a record of the kind {other}", path.display())),
            }
        }
        self.open.extend(open);
        Ok(())
    }

    /// How many are confirmed.
    pub(super) fn count(&self) -> u64 {
        self.confirmed.iter().map(|ids| ids.end - ids.start).sum()
    }

    /// The first id that was never sent; `first` where none was.
    pub(super) fn next(&self, first: u64) -> u64 {
        self.confirmed.iter().chain(&self.open).map(|ids| ids.end).max().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_producer_had_begun_is_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let mut journal = Journal::create(&path).expect("a journal");
        for ids in [10..20, 20..30] {
            journal.begun(&ids).expect("written");
            journal.confirmed(&ids).expect("written");
        }
        journal.begun(&(30..40)).expect("written");
        // Killed in the middle of a record.
        let mut file = File::options().append(true).open(&path).expect("a file");
        file.write_all(&[CONFIRMED, 30]).expect("written");
        let mut told = Told::default();
        told.read(&path).expect("a journal");
        let one = |ids: Range<u64>| Vec::from([ids]);
        assert_eq!(told, Told { confirmed: one(10..30), open: one(30..40) });
        assert_eq!((told.count(), told.next(10)), (20, 40));
        let mut never = Told::default();
        never.read(&folder.path().join("missing")).expect("nothing");
        assert_eq!(never.next(7), 7);
    }
}
