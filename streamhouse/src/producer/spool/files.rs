//! The folder of a spool: whose it is, which files are in it, and how much they take.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files_error;
use super::position::Position;
use crate::config::SpoolConfig;
use crate::error::Error;

const ENDING: &str = "spool";
const DAMAGED: &str = "damaged";
const LOCK: &str = "lock";
/// How far frames were sent.
pub(super) const POSITION: &str = "position";
/// Files have lower numbers.
const GREATEST: u64 = 1 << 62;

#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    limit: u64,
    /// At which a file is closed.
    segment_bytes: u64,
    /// Bytes of each file.
    segments: BTreeMap<u64, u64>,
    /// Files with something that could not be read: they are kept.
    aside: BTreeSet<u64>,
    /// Files that were kept, and their bytes.
    kept: (u64, u64),
    /// The number that the next file gets.
    next: u64,
    /// Held by this process as long as it lives, however it ends.
    _lock: File,
}

impl Files {
    pub(super) fn open(config: &SpoolConfig) -> Result<Self, Error> {
        let folder = config.folder.clone();
        let failed = |error: io::Error| files_error(&folder, &error);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&folder).map_err(failed)?;
        let lock = options().open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message =
                    "is in use by another process: give each producer a folder of its own".to_string();
                return Err(Error::Spool { path: folder, message, retryable: true });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let Listing { segments, kept, last } = Listing::of(&folder).map_err(failed)?;
        let next = last + 1;
        Ok(Self {
            folder,
            limit: config.bytes,
            // So that a part of the space can be given back while the rest is still needed.
            segment_bytes: (config.bytes / 8).clamp(64 << 10, 64 << 20),
            segments,
            aside: BTreeSet::new(),
            kept,
            next,
            _lock: lock,
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn path(&self, segment: u64) -> PathBuf {
        path_of(&self.folder, segment)
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = u64> + use<> {
        self.segments.keys().copied().collect::<Vec<_>>().into_iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The first file with at least this number.
    pub(super) fn from(&self, segment: u64) -> Option<u64> {
        self.segments.range(segment..).next().map(|(number, _)| *number)
    }

    pub(super) fn bytes_of(&self, segment: u64) -> u64 {
        self.segments.get(&segment).copied().unwrap_or(0)
    }

    pub(super) fn set_bytes(&mut self, segment: u64, bytes: u64) {
        self.segments.insert(segment, bytes);
    }

    /// Asks the system how long a file is.
    pub(super) fn measure(&mut self, segment: u64) {
        if let Ok(found) = fs::metadata(self.path(segment)) {
            self.segments.insert(segment, found.len());
        }
    }

    /// Where the next file begins, behind everything.
    pub(super) fn next(&self) -> Position {
        Position { segment: self.next, offset: 0 }
    }

    /// New files get a greater number than this one: none comes again, for what is known of its places.
    pub(super) fn number_from(&mut self, segment: u64) {
        self.next = self.next.max(segment.saturating_add(1).min(GREATEST));
    }

    pub(super) fn bytes(&self) -> u64 {
        self.segments.values().sum::<u64>() + self.kept.1
    }

    pub(super) fn damaged(&self) -> u64 {
        self.kept.0 + self.aside.len() as u64
    }

    pub(super) fn segment_bytes(&self) -> u64 {
        self.segment_bytes
    }

    #[cfg(test)]
    pub(super) fn shorten(&mut self, segment_bytes: u64) {
        self.segment_bytes = segment_bytes;
    }

    /// Whether so many bytes may be added.
    pub(super) fn check_room(&self, bytes: u64) -> Result<(), Error> {
        if self.bytes().saturating_add(bytes) <= self.limit {
            return Ok(());
        }
        let message = format!(
            "is full with {} of {} bytes: bring Redis back, or raise `producer.spool.bytes`",
            self.bytes(),
            self.limit
        );
        Err(Error::Spool { path: self.folder.clone(), message, retryable: true })
    }

    /// A new file that begins so, on the disk with its name.
    pub(super) fn create(&mut self, head: &[u8]) -> Result<(u64, File), Error> {
        let segment = self.next;
        let path = self.path(segment);
        let made = || {
            let mut file = options().truncate(true).append(false).open(&path)?;
            file.write_all(head)?;
            file.sync_all()?;
            // A file is found after a power failure once its folder is on the disk too.
            #[cfg(unix)]
            File::open(&self.folder)?.sync_all()?;
            Ok(file)
        };
        let file = made().map_err(|error: io::Error| {
            // Whatever is left of it is none of the spool's files.
            let _ = fs::remove_file(&path);
            files_error(&path, &error)
        })?;
        self.next += 1;
        self.segments.insert(segment, head.len() as u64);
        Ok((segment, file))
    }

    /// A file has something that cannot be read: it is kept when the rest of it was sent.
    pub(super) fn set_aside(&mut self, segment: u64) {
        self.aside.insert(segment);
    }

    /// Gives up the files before this one.
    pub(super) fn release_before(&mut self, segment: u64) -> io::Result<()> {
        while let Some((&number, &bytes)) = self.segments.range(..segment).next() {
            let path = self.path(number);
            if self.aside.contains(&number) {
                fs::rename(&path, path.with_extension(DAMAGED))?;
                self.aside.remove(&number);
                self.kept = (self.kept.0 + 1, self.kept.1 + bytes);
            } else {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            self.segments.remove(&number);
        }
        Ok(())
    }
}

/// What lies in a folder.
pub(super) struct Listing {
    /// Bytes of each file.
    pub(super) segments: BTreeMap<u64, u64>,
    /// Files that were kept, and their bytes.
    pub(super) kept: (u64, u64),
    last: u64,
}

impl Listing {
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let mut found = Self { segments: BTreeMap::new(), kept: (0, 0), last: 0 };
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok());
            let number = number.filter(|number| *number < GREATEST);
            let (Some(number), Some(ending)) = (number, path.extension().and_then(|ending| ending.to_str()))
            else {
                continue;
            };
            let bytes = entry.metadata()?.len();
            match ending {
                ENDING => drop(found.segments.insert(number, bytes)),
                DAMAGED => found.kept = (found.kept.0 + 1, found.kept.1 + bytes),
                _ => continue,
            }
            found.last = found.last.max(number);
        }
        Ok(found)
    }

    /// Whether anything of it is a spool's.
    pub(super) fn is_spool(&self, folder: &Path) -> bool {
        !self.segments.is_empty() || self.kept.0 > 0 || folder.join(POSITION).is_file()
    }
}

pub(super) fn path_of(folder: &Path, segment: u64) -> PathBuf {
    folder.join(format!("{segment:020}.{ENDING}"))
}

/// Whether a process of this machine has the folder open. Looks without changing anything.
pub(super) fn is_in_use(folder: &Path) -> io::Result<bool> {
    let lock = match File::open(folder.join(LOCK)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        lock => lock?,
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Files that only their owner reads: there are events in them.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
