//! The spool: frames on the disk that Redis did not take in time, in files that are only appended to.
//!
//! What is appended is there after a `kill -9` once it is written, and after a power failure once [`Spool::sync`] has returned.
//! A frame keeps the producer id and the number that it was sealed with: it may be in Redis already, and Redis knows it by
//! those. Whoever takes over the spool of a dead process sends its frames as they are, and numbers new ones under an id of
//! its own.

mod files;
mod look;
mod position;
mod record;
mod segment;
#[cfg(test)]
mod tests;
mod window;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;

use self::files::{Files, POSITION};
use self::position::{Position, PositionFile, Progress};
use self::record::{HEADER, Header, Kind, MAGIC};
use self::segment::{SegmentReader, Step};
use self::window::Window;
use super::lane::Renewal;
use crate::config::SpoolConfig;
use crate::error::Error;
use crate::frame::{Frame, ProducerId, readdress};

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

#[derive(Debug)]
struct Writer {
    segment: u64,
    file: File,
    end: u64,
    /// Up to here it is on the disk; nothing behind it is read.
    synced: u64,
    schemas: HashSet<Fingerprint>,
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

    /// Adds a frame. It counts once [`sync`](Self::sync) has returned; after an error it is not there.
    pub(super) fn append(&mut self, kept: &Kept<'_>) -> Result<(), Error> {
        let known = self.writer.as_ref().is_some_and(|writer| writer.schemas.contains(&kept.fingerprint));
        let mut bytes = Vec::with_capacity(kept.frame.len() + 2 * HEADER);
        if !known || self.is_due() {
            record(&mut bytes, Kind::Schema, false, 0, kept.document.as_bytes());
        }
        record(&mut bytes, Kind::Frame, kept.tried, kept.partition, kept.frame);
        self.files.check_room(bytes.len() as u64 + (MAGIC.len() + HEADER + self.prefix.len()) as u64)?;
        self.write(&bytes)?;
        if let Some(writer) = &mut self.writer {
            writer.schemas.insert(kept.fingerprint);
        }
        self.note(Kind::Schema, kept.document.as_bytes()).unwrap_or_default();
        self.rows += u64::from(kept.rows);
        Ok(())
    }

    /// Frames that may be in the spool go on under another id. From the return on, a process that takes over knows it.
    pub(super) fn renew(&mut self, renewal: Renewal) -> Result<(), Error> {
        let mut body = renewal.old.to_vec();
        body.extend_from_slice(&renewal.first.to_le_bytes());
        body.extend_from_slice(&renewal.new);
        let mut bytes = Vec::new();
        record(&mut bytes, Kind::Renewal, false, 0, &body);
        self.write(&bytes)?;
        self.sync()?;
        self.renewals.insert(renewal.old, renewal);
        if let Some(next) = &mut self.next {
            next.rename(&self.renewals);
        }
        Ok(())
    }

    /// Brings what was appended to the disk. After an error nothing of it counts.
    pub(super) fn sync(&mut self) -> Result<(), Error> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        if writer.synced == writer.end {
            return Ok(());
        }
        match writer.file.sync_data() {
            Ok(()) => {
                writer.synced = writer.end;
                Ok(())
            }
            Err(error) => {
                let path = self.files.path(writer.segment);
                // What the disk has of it is not known. A new file is begun; what is then there twice, Redis knows by its
                // number.
                self.writer = None;
                Err(files_error(&path, &error))
            }
        }
    }

    /// The next frame to be sent, if there is one.
    pub(super) fn peek(&mut self) -> Result<Option<&Logged>, Error> {
        while self.next.is_none() {
            let Some(segment) = self.files.from(self.taken.segment) else { return Ok(None) };
            if segment > self.taken.segment {
                (self.taken, self.reader) = (Position { segment, offset: 0 }, None);
            }
            let end = match &self.writer {
                Some(writer) if writer.segment == segment => writer.synced,
                _ => self.files.bytes_of(segment),
            };
            let path = self.files.path(segment);
            let failed = |error: io::Error| files_error(&path, &error);
            if self.reader.as_ref().is_none_or(|(open, _)| *open != segment) {
                let reader = SegmentReader::open(&path, self.taken.offset).map_err(failed)?;
                self.reader = Some((segment, reader));
            }
            let Some((_, reader)) = &mut self.reader else { return Ok(None) };
            let step = reader.next(end).map_err(failed)?;
            self.taken.offset = reader.at;
            match step {
                Step::Record(header, body) if header.kind == Kind::Frame => self.look_at(header, body),
                Step::Record(header, body) => self.note(header.kind, &body).unwrap_or_default(),
                Step::End => match self.files.from(segment + 1) {
                    Some(next) => self.taken = Position { segment: next, offset: 0 },
                    None => return Ok(None),
                },
                Step::Torn(bytes) => {
                    tracing::warn!(bytes, path = %path.display(), "the last record was not written whole; nobody was told that it is there");
                }
                Step::Damaged(bytes) | Step::Unreadable(bytes) => self.set_aside("is damaged", bytes),
            }
        }
        Ok(self.next.as_ref())
    }

    /// Whether a record is a frame that can be sent.
    fn look_at(&mut self, header: Header, body: Vec<u8>) {
        let (fingerprint, producer, sequence, rows) = match Frame::parse(&body) {
            Ok(frame) => (frame.fingerprint(), frame.producer(), frame.sequence(), frame.rows()),
            Err(_) => return self.set_aside("holds what is no frame", body.len() as u64),
        };
        if !self.schemas.contains_key(&fingerprint) {
            return self.set_aside("holds a frame without its schema", body.len() as u64);
        }
        let (before, time) = self.before;
        let tried = match header.tried {
            true => Some(header.time),
            false => (self.taken <= before).then_some(time),
        };
        let frame = Bytes::from(body);
        let (partition, end) = (header.partition, self.taken);
        let mut next = Logged { fingerprint, partition, producer, sequence, rows, frame, tried, end };
        next.rename(&self.renewals);
        self.next = Some(next);
    }

    fn set_aside(&mut self, what: &str, bytes: u64) {
        let path = self.files.path(self.taken.segment);
        tracing::error!(bytes, path = %path.display(), "the spool {what}: the file is kept as `.damaged`, what can be read of it is sent");
        self.files.set_aside(self.taken.segment);
    }

    /// Takes the frame that [`peek`](Self::peek) showed; with a number by which it is confirmed.
    pub(super) fn take(&mut self) -> Option<(u64, Logged)> {
        let next = self.next.take()?;
        let number = self.window.push(next.end, next.frame.len(), next.rows);
        Some((number, next))
    }

    /// What was taken is on its way from now on, which whoever takes over has to know.
    pub(super) fn going_out(&mut self) -> Result<(), Error> {
        if self.taken <= self.progress.tried {
            return Ok(());
        }
        self.progress.tried = self.taken;
        self.progress.time = now();
        let written = self.position.write(&self.progress).and_then(|()| self.position.sync());
        written.map_err(|error| files_error(&self.files.folder().join(POSITION), &error))
    }

    /// Redis has a frame that was taken.
    pub(super) fn confirm(&mut self, number: u64) {
        if let Some((position, rows)) = self.window.confirm(number) {
            self.progress.confirmed = position;
            self.rows = self.rows.saturating_sub(rows);
        }
    }

    /// Writes down what is confirmed, and gives back its space.
    pub(super) fn release(&mut self) -> Result<(), Error> {
        let written = self.writer.as_ref().is_none_or(|writer| writer.synced == writer.end);
        if self.files.is_empty() {
            return Ok(());
        }
        if written && self.is_empty()? {
            self.writer = None;
            self.reader = None;
            self.rows = 0;
            self.progress.confirmed = self.files.next();
            self.taken = self.progress.confirmed;
        }
        let written = self.position.write(&self.progress);
        let released = written.and_then(|()| self.files.release_before(self.progress.confirmed.segment));
        released.map_err(|error| files_error(self.files.folder(), &error))
    }

    /// What was taken and is not confirmed will be taken again.
    pub(super) fn rewind(&mut self) {
        self.window.clear();
        (self.taken, self.reader, self.next) = (self.progress.confirmed, None, None);
    }

    fn is_due(&self) -> bool {
        self.writer.as_ref().is_none_or(|writer| writer.end >= self.files.segment_bytes())
    }

    /// Adds bytes to the file that is open, or to a new one: all of them or none.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.is_due() {
            self.sync()?;
            self.begin()?;
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let path = self.files.path(writer.segment);
        match writer.file.write_all(bytes) {
            Ok(()) => {
                writer.end += bytes.len() as u64;
                self.files.set_bytes(writer.segment, writer.end);
                Ok(())
            }
            Err(error) => {
                // What was written of it goes; where that fails too, it is the torn end of a file that nobody appends to.
                let (segment, end) = (writer.segment, writer.end);
                let back = writer.file.set_len(end).and_then(|()| writer.file.seek(SeekFrom::Start(end)));
                // It may have read ahead.
                self.reader = None;
                if back.is_err() {
                    self.sync()?;
                    self.writer = None;
                    self.files.measure(segment);
                }
                Err(files_error(&path, &error))
            }
        }
    }

    fn begin(&mut self) -> Result<(), Error> {
        let mut head = MAGIC.to_vec();
        record(&mut head, Kind::House, false, 0, self.prefix.as_bytes());
        let (segment, file) = self.files.create(&head)?;
        let end = head.len() as u64;
        self.writer = Some(Writer { segment, file, end, synced: end, schemas: HashSet::new() });
        Ok(())
    }
}

impl Logged {
    /// Gives it the id that it goes under now.
    fn rename(&mut self, renewals: &HashMap<ProducerId, Renewal>) {
        let (producer, sequence) = (self.producer, self.sequence);
        // Each leads to an id that is newer; no more steps than there are.
        for _ in 0..renewals.len() {
            let renewal = renewals.get(&self.producer);
            let Some((renewal, sequence)) =
                renewal.and_then(|renewal| Some((renewal, renewal.applies(&self.producer, self.sequence)?)))
            else {
                break;
            };
            (self.producer, self.sequence) = (renewal.new, sequence);
        }
        if (producer, sequence) != (self.producer, self.sequence) {
            let mut frame = self.frame.to_vec();
            readdress(&mut frame, &self.producer, self.sequence);
            self.frame = frame.into();
        }
    }
}

fn record(bytes: &mut Vec<u8>, kind: Kind, tried: bool, partition: u16, body: &[u8]) {
    bytes.extend_from_slice(&Header::of(kind, tried, partition, now(), body).to_bytes());
    bytes.extend_from_slice(body);
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
