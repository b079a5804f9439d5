//! Looking at a spool without opening it: nothing is changed, and nobody is kept from it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;

use super::files::{Listing, POSITION, is_in_use, path_of};
use super::files_error;
use super::position::{Position, PositionFile, Progress};
use super::record::{Header, Kind};
use super::segment::{SegmentReader, Step};
use crate::error::Error;
use crate::frame::Frame;
use crate::spool::{Contents, EventContents};

/// What lies in the folder.
pub(crate) fn look(folder: &Path) -> Result<Contents, Error> {
    let failed = |error: io::Error| files_error(folder, &error);
    let in_use = is_in_use(folder).map_err(failed)?;
    let listing = Listing::of(folder).map_err(failed)?;
    if !in_use && !listing.is_spool(folder) {
        let message = "is no spool: there are no files `*.spool` and no `position` in it".to_string();
        return Err(Error::Spool { path: folder.into(), message, retryable: false });
    }
    let progress = PositionFile::read(&folder.join(POSITION)).map_err(failed)?.unwrap_or_default();
    let mut looking = Looking::new(progress);
    looking.contents.in_use = in_use;
    looking.contents.bytes = listing.segments.values().sum::<u64>() + listing.kept.1;
    looking.contents.set_aside = listing.kept.0;
    for segment in listing.segments.keys().copied() {
        let path = path_of(folder, segment);
        let before = looking.contents.damaged_bytes;
        let read = looking.read(segment, &path);
        looking.contents.damaged += u64::from(looking.contents.damaged_bytes > before);
        match read {
            // Whoever has it open has sent it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound && in_use => {}
            read => read.map_err(|error| files_error(&path, &error))?,
        }
    }
    Ok(looking.contents)
}

struct Looking {
    progress: Progress,
    contents: Contents,
    /// The event of each schema.
    schemas: BTreeMap<Fingerprint, String>,
}

impl Looking {
    fn new(progress: Progress) -> Self {
        Self { progress, contents: Contents::default(), schemas: BTreeMap::new() }
    }

    fn read(&mut self, segment: u64, path: &Path) -> io::Result<()> {
        let end = fs::metadata(path)?.len();
        let mut reader = SegmentReader::open(path, 0)?;
        self.contents.files += 1;
        loop {
            match reader.next(end)? {
                Step::Record(header, body) => match header.kind {
                    Kind::House => self.contents.prefix = Some(String::from_utf8_lossy(&body).into()),
                    Kind::Schema => self.learn(&body),
                    Kind::Frame => self.count(Position { segment, offset: reader.at }, &header, &body),
                    Kind::Renewal => {}
                },
                Step::Damaged(bytes) => self.contents.damaged_bytes += bytes,
                Step::Unreadable(bytes) => {
                    self.contents.damaged_bytes += bytes;
                    return Ok(());
                }
                // What is torn was promised to nobody.
                Step::End | Step::Torn(_) => return Ok(()),
            }
        }
    }

    fn learn(&mut self, body: &[u8]) {
        let document = str::from_utf8(body).ok();
        if let Some(schema) = document.and_then(|document| FrameSchema::from_json(document).ok()) {
            self.schemas.insert(schema.fingerprint(), schema.event);
        }
    }

    fn count(&mut self, at: Position, header: &Header, body: &[u8]) {
        if at <= self.progress.confirmed {
            return;
        }
        let event = Frame::parse(body).ok().and_then(|frame| {
            Some((self.schemas.get(&frame.fingerprint())?.clone(), u64::from(frame.rows())))
        });
        let contents = &mut self.contents;
        let Some((event, rows)) = event else {
            contents.damaged_bytes += body.len() as u64;
            return;
        };
        contents.oldest = Some(contents.oldest.map_or(header.time, |oldest| oldest.min(header.time)));
        contents.frames += 1;
        contents.events += rows;
        contents.tried += u64::from(header.tried || at <= self.progress.tried);
        let of = contents.by_event.entry(event).or_insert(EventContents { frames: 0, events: 0 });
        of.frames += 1;
        of.events += rows;
    }
}
