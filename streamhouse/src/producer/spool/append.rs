//! What is added to the spool, and brought to the disk.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use streamhouse_schema::fingerprint::Fingerprint;

use super::record::{HEADER, Header, Kind, MAGIC};
use super::{Kept, Spool, files_error, now};
use crate::error::Error;
use crate::producer::lane::Renewal;

/// The file that is appended to.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) segment: u64,
    file: File,
    pub(super) end: u64,
    /// Up to here it is on the disk; nothing behind it is read.
    pub(super) synced: u64,
    schemas: HashSet<Fingerprint>,
}

impl Spool {
    /// Adds a frame. It counts once [`sync`](Self::sync) has returned; after an error it is not there.
    pub(in crate::producer) fn append(&mut self, kept: &Kept<'_>) -> Result<(), Error> {
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
    pub(in crate::producer) fn renew(&mut self, renewal: Renewal) -> Result<(), Error> {
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
    pub(in crate::producer) fn sync(&mut self) -> Result<(), Error> {
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

fn record(bytes: &mut Vec<u8>, kind: Kind, tried: bool, partition: u16, body: &[u8]) {
    bytes.extend_from_slice(&Header::of(kind, tried, partition, now(), body).to_bytes());
    bytes.extend_from_slice(body);
}
