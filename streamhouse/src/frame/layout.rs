//! The segments of a schema's frames, and how many bytes of each belong to the first rows.

use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::segments::{Segment, SegmentKind, segments_of};

/// The segments of all columns of a schema, one after the other; `parent` counts from the first of all.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(super) segments: Vec<Segment>,
    /// For each column its first segment.
    pub(super) columns: Vec<usize>,
}

impl Layout {
    /// The layout of a schema's frames.
    pub fn of(schema: &FrameSchema) -> Self {
        let mut layout = Layout { segments: Vec::new(), columns: Vec::new() };
        for column in &schema.columns {
            let first = layout.segments.len();
            layout.columns.push(first);
            layout.segments.extend(
                segments_of(&column.ty).into_iter().map(|segment| Segment {
                    parent: segment.parent.map(|parent| parent + first),
                    ..segment
                }),
            );
        }
        layout
    }

    /// How many segments there are.
    pub fn segments(&self) -> usize {
        self.segments.len()
    }

    /// How the bytes of each segment are laid out.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = SegmentKind> {
        self.segments.iter().map(|segment| segment.kind)
    }

    /// For each segment, the bytes that the first `rows` rows take, and its elements for offsets. `None` where the
    /// bytes are no such rows: too short, a string over the end, offsets that run backwards.
    pub(super) fn measure(&self, rows: usize, body: &[&[u8]]) -> Option<Vec<Extent>> {
        let mut extents: Vec<Extent> = Vec::with_capacity(self.segments.len());
        if body.len() != self.segments.len() {
            return None;
        }
        for (segment, bytes) in self.segments.iter().zip(body) {
            let values = match segment.parent {
                None => rows,
                Some(parent) => usize::try_from(extents.get(parent)?.elements).ok()?,
            };
            extents.push(measure_segment(segment.kind, values, bytes)?);
        }
        Some(extents)
    }
}

/// How much of a segment some rows take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) bytes: usize,
    pub(super) elements: u64,
}

fn measure_segment(kind: SegmentKind, values: usize, bytes: &[u8]) -> Option<Extent> {
    match kind {
        SegmentKind::Fixed(width) => {
            let end = values.checked_mul(width).filter(|&end| end <= bytes.len())?;
            Some(Extent { bytes: end, elements: 0 })
        }
        SegmentKind::Strings => {
            let mut at = 0;
            for _ in 0..values {
                at = skip_string(bytes, at)?;
            }
            Some(Extent { bytes: at, elements: 0 })
        }
        SegmentKind::Offsets => {
            let end = values.checked_mul(8).filter(|&end| end <= bytes.len())?;
            let mut last = 0;
            for offset in bytes[..end].as_chunks().0 {
                let offset = u64::from_le_bytes(*offset);
                if offset < last {
                    return None;
                }
                last = offset;
            }
            Some(Extent { bytes: end, elements: last })
        }
    }
}

/// The end of the string that begins at `at`. Lengths of frames fit in five bytes of a varint.
#[inline]
fn skip_string(bytes: &[u8], at: usize) -> Option<usize> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some(at + 1 + usize::from(first)).filter(|&end| end <= bytes.len());
    }
    let mut length = 0_usize;
    for (index, byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return (at + index + 1).checked_add(length).filter(|&end| end <= bytes.len());
        }
    }
    None
}
