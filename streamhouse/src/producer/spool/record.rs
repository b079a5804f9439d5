//! The records of the spool's files (docs/format.md, "Spool"). All integers are little-endian.

use xxhash_rust::xxh3::xxh3_64;

use crate::frame::MAX_FRAME_BYTES;

/// What a file begins with: a name and the version of the format.
pub(super) const MAGIC: [u8; 8] = *b"SHSPOOL\x01";
/// Bytes before the body of a record.
pub(super) const HEADER: usize = 32;
/// The largest body.
pub(super) const MAX_BODY: usize = MAX_FRAME_BYTES;

const MARK: [u8; 2] = *b"sp";
const FLAG_TRIED: u8 = 1;

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The prefix of the house that the events are of.
    House = 1,
    /// A schema as it is published, before the first frame of it in the file.
    Schema = 2,
    /// A frame.
    Frame = 3,
    /// Frames before it go on under another producer id.
    Renewal = 4,
}

/// What stands before the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    /// Of a frame: it had been sent before it was written, and may be stored.
    pub(super) tried: bool,
    /// Of a frame.
    pub(super) partition: u16,
    /// When it was written, in milliseconds since 1970.
    pub(super) time: u64,
    length: u32,
    hash: u64,
}

impl Header {
    pub(super) fn of(kind: Kind, tried: bool, partition: u16, time: u64, body: &[u8]) -> Self {
        Self { kind, tried, partition, time, length: body.len() as u32, hash: xxh3_64(body) }
    }

    /// Bytes of the body.
    pub(super) fn length(&self) -> usize {
        self.length as usize
    }

    pub(super) fn fits(&self, body: &[u8]) -> bool {
        body.len() == self.length() && xxh3_64(body) == self.hash
    }

    pub(super) fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, &MARK);
        put(2, &[self.kind as u8, if self.tried { FLAG_TRIED } else { 0 }]);
        put(4, &self.length.to_le_bytes());
        put(8, &self.time.to_le_bytes());
        put(16, &self.partition.to_le_bytes());
        put(20, &self.hash.to_le_bytes());
        let check = check(&bytes);
        bytes[28..].copy_from_slice(&check);
        bytes
    }

    /// `None` where that is no header.
    pub(super) fn read(bytes: &[u8; HEADER]) -> Option<Self> {
        let field = |at: usize| {
            let mut field = [0; 8];
            field.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(field)
        };
        let kind = [Kind::House, Kind::Schema, Kind::Frame, Kind::Renewal]
            .into_iter()
            .find(|kind| *kind as u8 == bytes[2])?;
        let length = field(4) as u32;
        let known = bytes[..2] == MARK && bytes[28..] == check(bytes) && length as usize <= MAX_BODY;
        known.then_some(Self {
            kind,
            tried: bytes[3] & FLAG_TRIED != 0,
            partition: field(16) as u16,
            time: field(8),
            length,
            hash: field(20),
        })
    }
}

/// A header has a checksum of its own: a length that is wrong would lead to the wrong place.
fn check(bytes: &[u8; HEADER]) -> [u8; 4] {
    (xxh3_64(&bytes[..28]) as u32).to_le_bytes()
}
