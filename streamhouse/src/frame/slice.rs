//! Rows that are cut: a block into pieces, a frame into rows of it.

use std::ops::Range;

use bytes::Bytes;
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::segments::SegmentKind;

use super::block::{self, Block};
use super::builder::FrameBuilder;
use super::layout::Layout;
use super::reader::{Frame, FrameError};

/// Rows of one schema that do not change any more. Clones and pieces share their bytes, except for offsets.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    rows: usize,
    segments: Vec<Bytes>,
}

impl Rows {
    pub(super) fn new(rows: usize, segments: Vec<Bytes>) -> Self {
        Self { rows, segments }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// The hash of the columns, as a block of the same rows has it.
    pub(crate) fn hash(&self) -> u64 {
        block::hash(&self.segments)
    }

    /// The rows in the Native format; see [`Block::into_native`].
    pub(crate) fn native(&self, schema: &FrameSchema, layout: &Layout, batch: Option<u64>) -> Vec<Bytes> {
        block::native(schema, layout, self.rows, self.segments.iter().cloned(), batch)
    }

    /// The first `at` rows, and the others. `None` where there are not so many.
    pub(crate) fn split_at(&self, layout: &Layout, at: usize) -> Option<(Rows, Rows)> {
        let rest = self.rows.checked_sub(at)?;
        let body: Vec<&[u8]> = self.segments().collect();
        let extents = layout.measure(at, &body)?;
        let (mut first, mut second) = (Vec::with_capacity(body.len()), Vec::with_capacity(body.len()));
        for ((segment, bytes), extent) in layout.segments.iter().zip(&self.segments).zip(extents) {
            let tail = bytes.slice(extent.bytes..);
            first.push(bytes.slice(..extent.bytes));
            second.push(match segment.kind {
                SegmentKind::Offsets => Bytes::from(rebased(&tail, extent.elements)),
                SegmentKind::Fixed(_) | SegmentKind::Strings => tail,
            });
        }
        Some((Rows::new(at, first), Rows::new(rest, second)))
    }

    /// The rows of a range. `None` where there are not so many.
    fn range(&self, layout: &Layout, range: Range<usize>) -> Option<Rows> {
        let (head, _) = self.split_at(layout, range.end)?;
        head.split_at(layout, range.start).map(|(_, rows)| rows)
    }
}

/// Offsets that count from behind the first `base` elements.
fn rebased(offsets: &[u8], base: u64) -> Vec<u8> {
    let mut own = Vec::with_capacity(offsets.len());
    for offset in offsets.as_chunks().0 {
        own.extend_from_slice(&u64::from_le_bytes(*offset).wrapping_sub(base).to_le_bytes());
    }
    own
}

impl Frame<'_> {
    /// Some of the frame's rows, for a frame of their own; all where `wanted` is `None`. Numbers that the frame does not have are an
    /// error. The range of event times stays that of the whole.
    pub(crate) fn select(&self, layout: &Layout, wanted: Option<&[u32]>) -> Result<FrameBuilder, FrameError> {
        let rows = self.rows_of(layout, wanted)?;
        Ok(FrameBuilder::of_rows(self.fingerprint(), layout.clone(), rows, self.event_times()))
    }

    /// Some of the frame's rows, as [`select`](Self::select) takes them.
    pub(crate) fn rows_of(&self, layout: &Layout, wanted: Option<&[u32]>) -> Result<Rows, FrameError> {
        let segments = self.check(layout)?;
        let all = self.rows() as usize;
        let mut block = Block::new(layout.clone());
        match wanted {
            None => block.append(all, &segments),
            Some(wanted) => {
                let mut whole = Block::new(layout.clone());
                whole.append(all, &segments);
                let whole = whole.freeze();
                for &row in wanted {
                    let row = row as usize;
                    let one = row.checked_add(1).and_then(|end| whole.range(layout, row..end));
                    let one = one.ok_or(FrameError::Malformed("it has no row of that number"))?;
                    let body: Vec<&[u8]> = one.segments().collect();
                    block.append(1, &body);
                }
            }
        }
        Ok(block.freeze())
    }
}

impl Rows {
    /// The bytes of each segment.
    pub(super) fn into_segments(self) -> (usize, Vec<Bytes>) {
        (self.rows, self.segments)
    }

    /// The bytes of each segment.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &[u8]> {
        self.segments.iter().map(|segment| &segment[..])
    }
}
