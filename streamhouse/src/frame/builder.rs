//! The frame that is being filled.

use bytes::Bytes;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::segments::SegmentKind;

use super::header::{self, FLAG_LZ4, HEADER, MAGIC, MAX_FRAME_BYTES, MAX_FRAME_ROWS, NO_TIME, at};
use super::layout::Layout;
use super::slice::Rows;
use crate::event::{FieldError, StreamSchema};
use crate::value::{SegmentBuffer, ValueError};

/// The identity of a producer: 16 random bytes.
pub type ProducerId = [u8; 16];

/// Rows of one event on their way into a frame.
#[derive(Debug)]
pub struct FrameBuilder {
    fingerprint: Fingerprint,
    layout: Layout,
    segments: Vec<SegmentBuffer>,
    rows: u32,
    bytes: usize,
    time_min: i64,
    time_max: i64,
}

impl FrameBuilder {
    /// An empty frame of a schema.
    pub fn new(fingerprint: Fingerprint, layout: Layout) -> Self {
        let segments = vec![SegmentBuffer::default(); layout.segments()];
        Self { fingerprint, layout, segments, rows: 0, bytes: 0, time_min: i64::MAX, time_max: NO_TIME }
    }

    /// A frame of rows that were taken out of another, with the range of its event times.
    pub(super) fn of_rows(
        fingerprint: Fingerprint,
        layout: Layout,
        rows: Rows,
        times: Option<(i64, i64)>,
    ) -> Self {
        let (rows, bodies) = rows.into_segments();
        let bytes = bodies.iter().map(Bytes::len).sum();
        let segments = layout.kinds().zip(bodies).map(|(kind, body)| {
            // Where offsets go on from.
            let elements = match kind {
                SegmentKind::Offsets => body.last_chunk().map_or(0, |last| u64::from_le_bytes(*last)),
                SegmentKind::Fixed(_) | SegmentKind::Strings => 0,
            };
            SegmentBuffer { bytes: body.into(), elements }
        });
        let segments = segments.collect();
        let (time_min, time_max) = times.unwrap_or((i64::MAX, NO_TIME));
        Self { fingerprint, layout, segments, rows: rows as u32, bytes, time_min, time_max }
    }

    /// Rows so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Bytes of the segments so far.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether not one more row may be added.
    pub fn is_full(&self) -> bool {
        self.rows >= MAX_FRAME_ROWS || self.bytes >= self.limit()
    }

    /// The most bytes of segments: what a frame has, less its header and the table of its segments.
    fn limit(&self) -> usize {
        MAX_FRAME_BYTES - HEADER - 4 * self.segments.len()
    }

    /// Adds an event; gives the bytes that it took. After an error the frame is as it was before.
    #[inline]
    pub fn push<E: StreamSchema>(&mut self, event: &E) -> Result<usize, FieldError> {
        self.push_row(|segments, _| event.encode(segments), event.event_time())
    }

    /// Adds a row that is written by `encode`, as [`push`](Self::push) does.
    #[inline]
    pub(crate) fn push_row(
        &mut self,
        encode: impl FnOnce(&mut [SegmentBuffer], &Layout) -> Result<(), FieldError>,
        time: Option<i64>,
    ) -> Result<usize, FieldError> {
        if let Err(error) = encode(&mut self.segments, &self.layout) {
            self.roll_back();
            return Err(error);
        }
        let bytes = self.segments.iter().map(|segment| segment.bytes.len()).sum();
        let limit = self.limit();
        if bytes > limit {
            let added = bytes - self.bytes;
            self.roll_back();
            return Err(FieldError::new("(all)", ValueError::TooLarge { bytes: added, limit }));
        }
        if let Some(time) = time {
            self.time_min = self.time_min.min(time);
            self.time_max = self.time_max.max(time);
        }
        self.rows += 1;
        Ok(bytes - std::mem::replace(&mut self.bytes, bytes))
    }

    /// Takes off what a failed row left behind.
    #[cold]
    fn roll_back(&mut self) {
        let body: Vec<&[u8]> = self.segments.iter().map(|segment| segment.bytes.as_slice()).collect();
        // The whole rows are there, so they can be measured; were they not, an empty frame would still be a right one.
        match self.layout.measure(self.rows as usize, &body) {
            Some(extents) => {
                for (segment, extent) in self.segments.iter_mut().zip(extents) {
                    segment.bytes.truncate(extent.bytes);
                    segment.elements = extent.elements;
                }
            }
            None => debug_assert!(false, "whole rows can be measured"),
        }
    }

    /// Ends the frame and empties the builder, which keeps its memory.
    pub fn seal(&mut self, producer: &ProducerId, sequence: u64, compress: bool) -> Vec<u8> {
        let table = 4 * self.segments.len();
        let mut frame = Vec::with_capacity(HEADER + table + self.bytes);
        frame.resize(HEADER, 0);
        for segment in &self.segments {
            frame.extend_from_slice(&(segment.bytes.len() as u32).to_le_bytes());
        }
        self.segments.iter().for_each(|segment| frame.extend_from_slice(&segment.bytes));
        let body = HEADER + table;
        // What does not get smaller stays as it is: the frame would outgrow its limit, and reading it take longer.
        let packed = compress
            .then(|| lz4_flex::block::compress(&frame[body..]))
            .filter(|packed| packed.len() < frame.len() - body);
        if let Some(packed) = &packed {
            frame.truncate(body);
            frame.extend_from_slice(packed);
        }

        let mut put = |at: usize, bytes: &[u8]| frame[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &MAGIC);
        put(at::FORMAT, &[header::FORMAT]);
        put(at::FLAGS, &[if packed.is_some() { FLAG_LZ4 } else { 0 }]);
        put(at::HEADER, &(HEADER as u16).to_le_bytes());
        put(at::FINGERPRINT, &self.fingerprint.0);
        put(at::PRODUCER, producer);
        put(at::SEQUENCE, &sequence.to_le_bytes());
        put(at::ROWS, &self.rows.to_le_bytes());
        put(at::SEGMENTS, &(self.segments.len() as u32).to_le_bytes());
        let timed = self.time_max != NO_TIME;
        put(at::TIME_MIN, &(if timed { self.time_min } else { NO_TIME }).to_le_bytes());
        put(at::TIME_MAX, &self.time_max.to_le_bytes());
        let checksum = header::checksum(&frame);
        frame[at::CHECKSUM..at::CHECKSUM + 8].copy_from_slice(&checksum.to_le_bytes());

        self.clear();
        frame
    }

    fn clear(&mut self) {
        for segment in &mut self.segments {
            segment.bytes.clear();
            segment.elements = 0;
        }
        self.rows = 0;
        self.bytes = 0;
        self.time_min = i64::MAX;
        self.time_max = NO_TIME;
    }
}

/// Gives a sealed frame another producer and sequence, where the ones that it was sealed with have expired.
pub(crate) fn readdress(frame: &mut [u8], producer: &ProducerId, sequence: u64) {
    if frame.len() >= HEADER {
        frame[at::PRODUCER..at::PRODUCER + 16].copy_from_slice(producer);
        frame[at::SEQUENCE..at::SEQUENCE + 8].copy_from_slice(&sequence.to_le_bytes());
        let checksum = header::checksum(frame);
        frame[at::CHECKSUM..at::CHECKSUM + 8].copy_from_slice(&checksum.to_le_bytes());
    }
}
