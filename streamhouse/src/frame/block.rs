//! Frames of one schema merged into one block of ClickHouse's Native format
//! (<https://clickhouse.com/docs/interfaces/formats/Native>).

use bytes::Bytes;
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::segments::SegmentKind;

use super::layout::Layout;
use super::slice::Rows;

/// The column that carries the batch id.
pub const BATCH_COLUMN: &str = "_batch";

/// Rows of one schema, column by column.
#[derive(Debug)]
pub struct Block {
    layout: Layout,
    segments: Vec<Vec<u8>>,
    rows: usize,
}

impl Block {
    /// A block without rows.
    pub fn new(layout: Layout) -> Self {
        let segments = vec![Vec::new(); layout.segments()];
        Self { layout, segments, rows: 0 }
    }

    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of all columns so far.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// Appends the segments of a frame, which [`Frame::check`](super::Frame::check) has given for the same layout.
    pub fn append(&mut self, rows: usize, frame: &[&[u8]]) {
        for ((segment, own), added) in self.layout.segments.iter().zip(&mut self.segments).zip(frame) {
            match segment.kind {
                SegmentKind::Offsets => append_offsets(own, added),
                SegmentKind::Fixed(_) | SegmentKind::Strings => own.extend_from_slice(added),
            }
        }
        self.rows += rows;
    }

    /// The hash of the block's columns: two blocks of the same rows in the same order have the same.
    pub fn hash(&self) -> u64 {
        hash(&self.segments)
    }

    /// The block in the Native format, in pieces, with a column [`BATCH_COLUMN`] where there is a batch to name.
    pub fn into_native(self, schema: &FrameSchema, batch: Option<u64>) -> Vec<Bytes> {
        native(schema, &self.layout, self.rows, self.segments.into_iter().map(Bytes::from), batch)
    }

    /// The rows, to which none is added any more.
    pub(crate) fn freeze(self) -> Rows {
        Rows::new(self.rows, self.segments.into_iter().map(Bytes::from).collect())
    }
}

/// The hash of columns.
pub(super) fn hash<S: AsRef<[u8]>>(segments: &[S]) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    for segment in segments {
        let segment = segment.as_ref();
        hasher.update(&(segment.len() as u64).to_le_bytes());
        hasher.update(segment);
    }
    hasher.digest()
}

/// Columns in the Native format.
pub(super) fn native(
    schema: &FrameSchema,
    layout: &Layout,
    rows: usize,
    mut segments: impl Iterator<Item = Bytes>,
    batch: Option<u64>,
) -> Vec<Bytes> {
    let mut pieces = Vec::with_capacity(layout.segments.len() + layout.columns.len() + 2);
    let mut head = Vec::new();
    push_varint(&mut head, schema.columns.len() as u64 + u64::from(batch.is_some()));
    push_varint(&mut head, rows as u64);

    let ends = layout.columns.iter().skip(1).copied().chain([layout.segments.len()]);
    for ((column, first), end) in schema.columns.iter().zip(&layout.columns).zip(ends) {
        push_string(&mut head, &column.name);
        push_string(&mut head, &column.ty.wire().to_string());
        pieces.push(Bytes::from(std::mem::take(&mut head)));
        pieces.extend(segments.by_ref().take(end - first));
    }
    if let Some(batch) = batch {
        push_string(&mut head, BATCH_COLUMN);
        push_string(&mut head, "UInt64");
        pieces.push(Bytes::from(head));
        pieces.push(Bytes::from(batch.to_le_bytes().repeat(rows)));
    }
    pieces
}

/// Appends offsets that count from the frame's beginning: they go on where the block's own end.
fn append_offsets(own: &mut Vec<u8>, added: &[u8]) {
    let base = own.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    own.reserve(added.len());
    for offset in added.as_chunks().0 {
        own.extend_from_slice(&(u64::from_le_bytes(*offset) + base).to_le_bytes());
    }
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn push_string(out: &mut Vec<u8>, text: &str) {
    push_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}
