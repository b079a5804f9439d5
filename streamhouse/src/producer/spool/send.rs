//! What is taken out of the spool, frame by frame, until Redis has it.

use std::collections::HashMap;
use std::io;

use bytes::Bytes;

use super::files::POSITION;
use super::position::Position;
use super::record::{Header, Kind};
use super::segment::{SegmentReader, Step};
use super::{Logged, Spool, files_error, now};
use crate::error::Error;
use crate::frame::{Frame, ProducerId, readdress};
use crate::producer::lane::Renewal;

impl Spool {
    /// The next frame to be sent, if there is one.
    pub(in crate::producer) fn peek(&mut self) -> Result<Option<&Logged>, Error> {
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
    pub(in crate::producer) fn take(&mut self) -> Option<(u64, Logged)> {
        let next = self.next.take()?;
        let number = self.window.push(next.end, next.frame.len(), next.rows);
        Some((number, next))
    }

    /// What was taken is on its way from now on, which whoever takes over has to know.
    pub(in crate::producer) fn going_out(&mut self) -> Result<(), Error> {
        if self.taken <= self.progress.tried {
            return Ok(());
        }
        self.progress.tried = self.taken;
        self.progress.time = now();
        let written = self.position.write(&self.progress).and_then(|()| self.position.sync());
        written.map_err(|error| files_error(&self.files.folder().join(POSITION), &error))
    }

    /// Redis has a frame that was taken.
    pub(in crate::producer) fn confirm(&mut self, number: u64) {
        if let Some((position, rows)) = self.window.confirm(number) {
            self.progress.confirmed = position;
            self.rows = self.rows.saturating_sub(rows);
        }
    }

    /// Writes down what is confirmed, and gives back its space.
    pub(in crate::producer) fn release(&mut self) -> Result<(), Error> {
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
    pub(in crate::producer) fn rewind(&mut self) {
        self.window.clear();
        (self.taken, self.reader, self.next) = (self.progress.confirmed, None, None);
    }
}

impl Logged {
    /// Gives it the id that it goes under now.
    pub(super) fn rename(&mut self, renewals: &HashMap<ProducerId, Renewal>) {
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
