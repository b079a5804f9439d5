//! The spool: frames on the disk that Redis did not take in time, in files that are only appended to.
//!
//! What is appended is there after a `kill -9` once it is written, and after a power failure once [`Spool::sync`] has returned.
//! A frame keeps the producer id and the number that it was sealed with: it may be in Redis already, and Redis knows it by
//! those. Whoever takes over the spool of a dead process sends its frames as they are, and numbers new ones under an id of
//! its own.

mod append;
mod files;
mod look;
mod position;
mod record;
mod segment;
mod send;
#[cfg(test)]
mod tests;
mod window;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;

use self::append::Writer;
use self::files::{Files, POSITION};
use self::position::{Position, PositionFile, Progress};
use self::record::Kind;
use self::segment::{SegmentReader, Step};
use self::window::Window;
use super::lane::Renewal;
use crate::config::SpoolConfig;
use crate::error::Error;
use crate::frame::{Frame, ProducerId};

pub(crate) use self::look::look;

/// A frame to be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) fingerprint: Fingerprint,
    /// The schema as it is published.
    pub(super) document: &'a str,
    pub(super) partition: u16,
    /// It may be stored.
    pub(super) tried: bool,
    pub(super) rows: u32,
    pub(super) frame: &'a [u8],
}

/// A frame of the spool, as it is to be sent.
#[derive(Debug, Clone)]
pub(super) struct Logged {
    pub(super) fingerprint: Fingerprint,
    pub(super) partition: u16,
    pub(super) producer: ProducerId,
    pub(super) sequence: u64,
    pub(super) rows: u32,
    pub(super) frame: Bytes,
    /// It may have been sent, last at this time, in milliseconds since 1970.
    pub(super) tried: Option<u64>,
    end: Position,
}

/// A schema of frames in the spool.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) event: String,
    pub(super) document: Arc<str>,
}

/// The spool of one process.
#[derive(Debug)]
pub(super) struct Spool {
    files: Files,
    prefix: String,
    writer: Option<Writer>,
    reader: Option<(u64, SegmentReader)>,
    /// Behind what was taken last.
    taken: Position,
    next: Option<Logged>,
    window: Window,
    position: PositionFile,
    progress: Progress,
    /// What earlier processes may have sent, and when.
    before: (Position, u64),
    schemas: HashMap<Fingerprint, Known>,
    renewals: HashMap<ProducerId, Renewal>,
    rows: u64,
}

impl Spool {
    /// Opens the folder, which nobody else may have open, and takes over what is in it.
    pub(super) fn open(config: &SpoolConfig, prefix: &str) -> Result<Self, Error> {
        let mut files = Files::open(config)?;
        let failed = |error: io::Error| files_error(&config.folder, &error);
        let (mut position, known) = PositionFile::open(&config.folder.join(POSITION)).map_err(failed)?;
        let progress = match known {
            Some(known) => known,
            // Nothing was sent yet, and whoever comes next is to know that.
            None if files.is_empty() => {
                let nothing = Progress { tried: files.next(), time: now(), ..Progress::default() };
                position.write(&nothing).and_then(|()| position.sync()).map_err(failed)?;
                nothing
            }
            // Nobody knows how far it was sent: all of it may have been.
            None => Progress { tried: files.next(), ..Progress::default() },
        };
        files.number_from(progress.confirmed.segment.max(progress.tried.segment));
        files.release_before(progress.confirmed.segment).map_err(failed)?;
        let mut spool = Self {
            files,
            prefix: prefix.into(),
            writer: None,
            reader: None,
            taken: progress.confirmed,
            next: None,
            window: Window::default(),
            position,
            before: (progress.tried, progress.time),
            progress,
            schemas: HashMap::new(),
            renewals: HashMap::new(),
            rows: 0,
        };
        spool.scan()?;
        Ok(spool)
    }

    /// Looks at all that is there: which schemas, whose house, how much.
    fn scan(&mut self) -> Result<(), Error> {
        for segment in self.files.segments() {
            let path = self.files.path(segment);
            let failed = |error: io::Error| files_error(&path, &error);
            let mut reader = SegmentReader::open(&path, 0).map_err(failed)?;
            let end = self.files.bytes_of(segment);
            loop {
                match reader.next(end).map_err(failed)? {
                    Step::Record(header, body) => {
                        self.note(header.kind, &body).map_err(|message| Error::Spool {
                            path: path.clone(),
                            message,
                            retryable: false,
                        })?;
                        let at = Position { segment, offset: reader.at };
                        if header.kind == Kind::Frame && at > self.progress.confirmed {
                            self.rows += Frame::parse(&body).map_or(0, |frame| u64::from(frame.rows()));
                        }
                    }
                    // What is wrong is said when it would be sent.
                    Step::Damaged(_) => {}
                    Step::End | Step::Torn(_) | Step::Unreadable(_) => break,
                }
            }
        }
        Ok(())
    }

    /// Takes in what is no frame. An error where the spool is not this house's.
    fn note(&mut self, kind: Kind, body: &[u8]) -> Result<(), String> {
        match kind {
            Kind::House if body != self.prefix.as_bytes() => {
                let other = String::from_utf8_lossy(body);
                return Err(format!(
                    "holds events of the prefix {other:?}, not {:?}: give each its own folder",
                    self.prefix
                ));
            }
            Kind::Schema => {
                // What cannot be read is missed by its frames, and said there.
                let document = str::from_utf8(body).ok();
                let schema = document.and_then(|document| FrameSchema::from_json(document).ok());
                if let (Some(document), Some(schema)) = (document, schema) {
                    let known = Known { event: schema.event.clone(), document: document.into() };
                    self.schemas.insert(schema.fingerprint(), known);
                }
            }
            Kind::Renewal => {
                if let Some(renewal) = renewal_of(body) {
                    self.renewals.insert(renewal.old, renewal);
                }
            }
            Kind::House | Kind::Frame => {}
        }
        Ok(())
    }

    /// Rows that are not known to be in Redis.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes on the disk, and files that were set aside because of what is in them.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.files.bytes(), self.files.damaged())
    }

    pub(super) fn schema(&self, fingerprint: Fingerprint) -> Option<&Known> {
        self.schemas.get(&fingerprint)
    }

    /// Bytes of frames that were taken and are not confirmed.
    pub(super) fn on_their_way(&self) -> usize {
        self.window.bytes()
    }

    /// Whether all frames are confirmed.
    pub(super) fn is_empty(&mut self) -> Result<bool, Error> {
        Ok(self.window.is_empty() && self.peek()?.is_none())
    }
}

fn renewal_of(body: &[u8]) -> Option<Renewal> {
    let (old, rest) = body.split_first_chunk::<16>()?;
    let (first, rest) = rest.split_first_chunk::<8>()?;
    let new = rest.first_chunk::<16>()?;
    Some(Renewal { old: *old, first: u64::from_le_bytes(*first), new: *new })
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

fn files_error(path: &std::path::Path, error: &io::Error) -> Error {
    Error::Spool { path: PathBuf::from(path), message: error.to_string(), retryable: true }
}
