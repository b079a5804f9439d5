//! Reads frames, which may come from anybody who can write to Redis.

use streamhouse_schema::fingerprint::Fingerprint;

use super::header::{
    self, FLAG_LZ4, HEADER, KNOWN_FLAGS, MAGIC, MAX_FRAME_BYTES, MAX_FRAME_ROWS, NO_TIME, at,
};
use super::layout::Layout;

/// LZ4 can make no more than this many bytes of one.
const LZ4_RATIO: usize = 255;

/// Why bytes are not a frame, or not one of the schema that they name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The bytes do not begin as a frame does.
    #[error("not a frame: the first bytes are not `SHFR`")]
    Magic,
    /// The frame is of a format that this version does not read.
    #[error("the frame has format {format} and flags {flags:#04x}: update the worker")]
    Format {
        /// The version of the format.
        format: u8,
        /// The flags.
        flags: u8,
    },
    /// The bytes are not what the producer wrote.
    #[error(
        "the frame's checksum is {stored:016x}, its bytes give {computed:016x}: it was damaged on the way"
    )]
    Checksum {
        /// What the frame says.
        stored: u64,
        /// What its bytes give.
        computed: u64,
    },
    /// The frame's own lengths contradict each other.
    #[error("the frame is malformed: {0}")]
    Malformed(&'static str),
}

impl FrameError {
    /// One word for the reason, the same for ever: it stands in dead-letter streams.
    pub fn code(&self) -> &'static str {
        match self {
            FrameError::Magic => "magic",
            FrameError::Format { .. } => "format",
            FrameError::Checksum { .. } => "checksum",
            FrameError::Malformed(_) => "malformed",
        }
    }
}

/// A frame whose header, lengths and checksum are right. Whether its segments are rows of its schema is for
/// [`Frame::check`] to say.
#[derive(Debug)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    lengths: Vec<usize>,
    body: Body<'a>,
}

#[derive(Debug)]
enum Body<'a> {
    Plain(&'a [u8]),
    Decompressed(Vec<u8>),
}

impl<'a> Frame<'a> {
    /// Reads the header, checks the checksum, and decompresses the body where it is compressed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        if bytes.get(..4) != Some(MAGIC.as_slice()) {
            return Err(FrameError::Magic);
        }
        if bytes.len() < HEADER {
            return Err(FrameError::Malformed("shorter than its header"));
        }
        let (format, flags) = (bytes[at::FORMAT], bytes[at::FLAGS]);
        if format != header::FORMAT || flags & !KNOWN_FLAGS != 0 {
            return Err(FrameError::Format { format, flags });
        }
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(FrameError::Malformed("larger than a frame may be"));
        }
        let (stored, computed) = (u64_at(bytes, at::CHECKSUM), header::checksum(bytes));
        if stored != computed {
            return Err(FrameError::Checksum { stored, computed });
        }
        let table = usize::from(u16::from_le_bytes([bytes[at::HEADER], bytes[at::HEADER + 1]]));
        let rows = u32_at(bytes, at::ROWS);
        if rows == 0 || rows > MAX_FRAME_ROWS {
            return Err(FrameError::Malformed("the number of rows"));
        }
        let segments = u32_at(bytes, at::SEGMENTS) as usize;
        let body_at = segments
            .checked_mul(4)
            .and_then(|size| size.checked_add(table))
            .filter(|&end| table >= HEADER && end <= bytes.len())
            .ok_or(FrameError::Malformed("the number of segments"))?;
        let lengths: Vec<usize> = bytes[table..body_at]
            .as_chunks()
            .0
            .iter()
            .map(|length| u32::from_le_bytes(*length) as usize)
            .collect();
        let size = lengths
            .iter()
            .try_fold(0_usize, |sum, length| sum.checked_add(*length))
            .filter(|&size| size <= MAX_FRAME_BYTES)
            .ok_or(FrameError::Malformed("the lengths of the segments"))?;
        let stored_body = &bytes[body_at..];
        // A lie reserves no memory.
        if flags & FLAG_LZ4 != 0 && size > (stored_body.len() + 16).saturating_mul(LZ4_RATIO) {
            return Err(FrameError::Malformed("the lengths of the segments"));
        }
        let body = if flags & FLAG_LZ4 == 0 {
            Body::Plain(stored_body)
        } else {
            Body::Decompressed(
                lz4_flex::block::decompress(stored_body, size)
                    .map_err(|_| FrameError::Malformed("the compressed body"))?,
            )
        };
        let frame = Frame { bytes, lengths, body };
        if frame.body().len() != size {
            return Err(FrameError::Malformed("the lengths of the segments"));
        }
        Ok(frame)
    }

    /// The schema that the frame says it has.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&self.bytes[at::FINGERPRINT..at::FINGERPRINT + 16]);
        Fingerprint(fingerprint)
    }

    /// The producer that sent it.
    pub fn producer(&self) -> super::ProducerId {
        let mut producer = [0; 16];
        producer.copy_from_slice(&self.bytes[at::PRODUCER..at::PRODUCER + 16]);
        producer
    }

    /// Its place among the frames of that producer in this partition.
    pub fn sequence(&self) -> u64 {
        u64_at(self.bytes, at::SEQUENCE)
    }

    /// How many rows it has, at least 1.
    pub fn rows(&self) -> u32 {
        u32_at(self.bytes, at::ROWS)
    }

    /// The earliest and the latest event time in milliseconds since 1970, where the event has one.
    pub fn event_times(&self) -> Option<(i64, i64)> {
        let (min, max) = (u64_at(self.bytes, at::TIME_MIN) as i64, u64_at(self.bytes, at::TIME_MAX) as i64);
        (max != NO_TIME).then_some((min, max))
    }

    /// Checks that the segments are whole rows of the layout, and gives them.
    pub fn check(&self, layout: &Layout) -> Result<Vec<&[u8]>, FrameError> {
        if self.lengths.len() != layout.segments() {
            return Err(FrameError::Malformed("the number of segments is not that of its schema"));
        }
        let mut rest = self.body();
        let segments: Vec<&[u8]> = self
            .lengths
            .iter()
            .map(|&length| {
                let (segment, tail) = rest.split_at(length);
                rest = tail;
                segment
            })
            .collect();
        let extents = layout
            .measure(self.rows() as usize, &segments)
            .ok_or(FrameError::Malformed("a segment is shorter than its rows"))?;
        if segments.iter().zip(&extents).any(|(segment, extent)| segment.len() != extent.bytes) {
            return Err(FrameError::Malformed("a segment is longer than its rows"));
        }
        Ok(segments)
    }

    fn body(&self) -> &[u8] {
        match &self.body {
            Body::Plain(body) => body,
            Body::Decompressed(body) => body,
        }
    }
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(value)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut value = [0; 4];
    value.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(value)
}
