//! How far the spool was sent: two places in a file of a fixed size, written in turn, so that one is always whole and a full
//! disk does not matter.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

const MAGIC: [u8; 8] = *b"SHSPOSN\x01";
const SLOT: usize = 64;
/// The second one lies in another sector.
const SECOND: u64 = 4096;

/// A place in the spool: behind all records before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Position {
    pub(super) segment: u64,
    pub(super) offset: u64,
}

/// What is known of the frames in the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Progress {
    /// Redis has confirmed what lies before it.
    pub(super) confirmed: Position,
    /// What lies before it may have been sent.
    pub(super) tried: Position,
    /// When that was last so, in milliseconds since 1970.
    pub(super) time: u64,
}

#[derive(Debug)]
pub(super) struct PositionFile {
    file: File,
    generation: u64,
}

impl PositionFile {
    /// What the file says, where there is one; nothing is changed.
    pub(super) fn read(path: &Path) -> io::Result<Option<Progress>> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        Ok(newest(&bytes_of(&mut file)?).map(|(_, progress)| progress))
    }

    /// Opens the file; `None` beside it where it says nothing.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<Progress>)> {
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        let bytes = bytes_of(&mut file)?;
        let newest = newest(&bytes);
        if bytes.len() < SECOND as usize + SLOT {
            file.set_len(0)?;
            file.write_all(&vec![0; SECOND as usize + SLOT])?;
            file.sync_data()?;
        }
        let generation = newest.map_or(0, |(generation, _)| generation);
        Ok((Self { file, generation }, newest.map(|(_, progress)| progress)))
    }

    pub(super) fn write(&mut self, progress: &Progress) -> io::Result<()> {
        let generation = self.generation.wrapping_add(1);
        let mut slot = [0; SLOT];
        let Progress { confirmed, tried, time } = *progress;
        let fields = [generation, confirmed.segment, confirmed.offset, tried.segment, tried.offset, time];
        slot[..8].copy_from_slice(&MAGIC);
        for (place, field) in slot[8..56].chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        let check = xxh3_64(&slot[..56]);
        slot[56..].copy_from_slice(&check.to_le_bytes());
        self.file.seek(SeekFrom::Start(if generation.is_multiple_of(2) { 0 } else { SECOND }))?;
        self.file.write_all(&slot)?;
        self.generation = generation;
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn bytes_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(SECOND + SLOT as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The place that counts, and its generation.
fn newest(bytes: &[u8]) -> Option<(u64, Progress)> {
    let slots = [0, SECOND as usize].into_iter().filter_map(|at| bytes.get(at..at + SLOT));
    slots.filter_map(read).max_by_key(|(generation, _)| *generation)
}

fn read(slot: &[u8]) -> Option<(u64, Progress)> {
    let field = |index: usize| {
        let mut field = [0; 8];
        field.copy_from_slice(&slot[index * 8..index * 8 + 8]);
        u64::from_le_bytes(field)
    };
    if slot[..8] != MAGIC || field(7) != xxh3_64(&slot[..56]) {
        return None;
    }
    let place = |index| Position { segment: field(index), offset: field(index + 1) };
    Some((field(1), Progress { confirmed: place(2), tried: place(4), time: field(6) }))
}
