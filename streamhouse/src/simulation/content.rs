//! What travels: frames of numbered rows, in two schemas, and the batches that are made of them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameColumn, FrameSchema};

use crate::event::{EventInfo, FieldError, StreamSchema};
use crate::frame::{Frame, FrameBuilder, Layout};
use crate::value::{Encode, SegmentBuffer, column};
use crate::worker::assembler::{Assembled, Assembler, KnownSchema};
use crate::worker::batch::{BatchRecord, EntryId};
use crate::worker::letters::Letter;

pub(super) const EVENT: &str = "simulated";
pub(super) const SCHEMAS: usize = 2;

struct Row(u64);

impl StreamSchema for Row {
    const INFO: EventInfo = EventInfo {
        event: EVENT,
        version: 1,
        table: EVENT,
        fingerprint: Fingerprint([0; 16]),
        frame_schema: "",
        create: &[],
        needs: None,
        segments: 1,
    };

    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError> {
        Encode::<column::UInt64>::encode(&self.0, segments).map_err(|error| FieldError::new("row", error))
    }

    fn event_time(&self) -> Option<i64> {
        None
    }
}

fn schemas() -> &'static [Arc<KnownSchema>; SCHEMAS] {
    static SCHEMAS: OnceLock<[Arc<KnownSchema>; 2]> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        [1, 2].map(|version| {
            let column = FrameColumn { name: "row".into(), ty: "UInt64".parse().expect("a type") };
            let schema = FrameSchema {
                event: EVENT.into(),
                version,
                table: EVENT.into(),
                delivery: Delivery::ExactlyOnce,
                columns: vec![column],
                id: None,
                timestamp: None,
            };
            let fingerprint = Fingerprint([version as u8; 16]);
            Arc::new(KnownSchema { fingerprint, layout: Layout::of(&schema), schema })
        })
    })
}

/// A frame of these rows that is not sealed yet.
pub(super) fn builder(schema: usize, rows: std::ops::Range<u64>) -> FrameBuilder {
    let known = &schemas()[schema];
    let mut builder = FrameBuilder::new(known.fingerprint, known.layout.clone());
    for row in rows {
        builder.push(&Row(row)).expect("a row");
    }
    builder
}

/// What stands in a stream and is no frame.
pub(super) fn garbage() -> Bytes {
    Bytes::from_static(b"no frame")
}

/// Rows and bytes of an entry, as they count for the open batch.
pub(super) fn size(frame: &[u8]) -> (usize, usize) {
    Frame::parse(frame).map_or((0, frame.len()), |frame| (frame.rows() as usize, 8 * frame.rows() as usize))
}

/// The rows of a frame.
pub(super) fn rows(frame: &[u8]) -> Vec<u64> {
    let Ok(frame) = Frame::parse(frame) else { return Vec::new() };
    let segments = frame.check(&schemas()[0].layout).expect("numbers");
    let numbers = segments[0].chunks_exact(8).map(|bytes| bytes.try_into().map(u64::from_le_bytes));
    numbers.map(|number| number.expect("eight bytes")).collect()
}

/// One batch of these entries: what the worker makes of them, and the rows of each insert.
pub(super) fn assemble(
    entries: &[(EntryId, Bytes)],
    record: Option<&BatchRecord>,
) -> (Assembled, Vec<Arc<[u64]>>) {
    let mut assembler = Assembler::default();
    let mut blocks: Vec<(Fingerprint, Vec<u64>)> = Vec::new();
    for (id, bytes) in entries {
        let recorded = record.and_then(|record| record.parked.iter().find(|parked| parked.entry == *id));
        let (code, reason) = match (recorded, Frame::parse(bytes)) {
            (Some(parked), _) => (parked.code.clone(), "see the code".to_string()),
            (None, Err(error)) => (error.code().to_string(), error.to_string()),
            (None, Ok(frame)) => {
                let known = schemas().iter().find(|known| known.fingerprint == frame.fingerprint());
                assembler.append(known.expect("a schema"), &frame).expect("a frame of its schema");
                match blocks.iter_mut().find(|(of, _)| *of == frame.fingerprint()) {
                    Some((_, block)) => block.extend(rows(bytes)),
                    None => blocks.push((frame.fingerprint(), rows(bytes))),
                }
                continue;
            }
        };
        assembler.park(Letter::unreadable(*id, code, reason, bytes.to_vec()));
    }
    (assembler.finish(), blocks.into_iter().map(|(_, rows)| rows.into()).collect())
}

/// The hash of a piece's rows.
pub(super) fn hash(rows: &[u64], hashed: bool) -> String {
    let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
    if hashed { format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&bytes)) } else { String::new() }
}
