//! Frames against their own reader, against blocks, and against hostile bytes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameColumn, FrameSchema};

use super::*;
use crate::event::{EventInfo, FieldError, StreamSchema};
use crate::value::{Encode, SegmentBuffer, ValueError, column};

#[derive(Debug, Clone)]
struct Reading {
    id: u64,
    name: String,
    note: Option<String>,
    tags: BTreeMap<String, Vec<Option<i32>>>,
    /// Encoding fails half-way through the row.
    poisoned: bool,
}

type Tags = column::Map<column::String, column::Array<column::Nullable<column::Int32>>>;

impl StreamSchema for Reading {
    const INFO: EventInfo = EventInfo {
        event: "sensor.reading",
        version: 1,
        table: "sensor_reading",
        fingerprint: Fingerprint([9; 16]),
        frame_schema: "",
        create: &[],
        needs: None,
        segments: 9,
    };

    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError> {
        let wrong = |source| FieldError::new("tags", source);
        Encode::<column::UInt64>::encode(&self.id, &mut segments[0..1]).map_err(wrong)?;
        Encode::<column::String>::encode(&self.name, &mut segments[1..2]).map_err(wrong)?;
        Encode::<column::Nullable<column::String>>::encode(&self.note, &mut segments[2..4]).map_err(wrong)?;
        Encode::<Tags>::encode(&self.tags, &mut segments[4..9]).map_err(wrong)?;
        if self.poisoned { Err(wrong(ValueError::Inexact { scale: 2 })) } else { Ok(()) }
    }

    fn event_time(&self) -> Option<i64> {
        Some(self.id as i64)
    }
}

fn schema() -> FrameSchema {
    let column = |name: &str, ty: &str| FrameColumn { name: name.into(), ty: ty.parse().expect("a type") };
    FrameSchema {
        event: "sensor.reading".into(),
        version: 1,
        table: "sensor_reading".into(),
        delivery: Delivery::ExactlyOnce,
        columns: vec![
            column("id", "UInt64"),
            column("name", "LowCardinality(String)"),
            column("note", "Nullable(String)"),
            column("tags", "Map(String, Array(Nullable(Int32)))"),
        ],
        id: None,
        timestamp: None,
    }
}

fn builder() -> FrameBuilder {
    FrameBuilder::new(Reading::FINGERPRINT, Layout::of(&schema()))
}

fn sealed(readings: &[Reading], compress: bool) -> Vec<u8> {
    let mut builder = builder();
    for reading in readings.iter().filter(|reading| !reading.poisoned) {
        builder.push(reading).expect("a row");
    }
    builder.seal(&[1; 16], 7, compress)
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    let tags = prop::collection::btree_map(".{0,3}", prop::collection::vec(any::<Option<i32>>(), 0..4), 0..3);
    let name = prop_oneof!["[a-z]{0,9}", "[a-z]{120,140}"];
    let reading = (any::<u64>(), name, any::<Option<bool>>(), tags, prop::bool::weighted(0.2));
    let reading = reading.prop_map(|(id, name, note, tags, poisoned)| Reading {
        id: id >> 1,
        name,
        note: note.map(|long| if long { "x".repeat(300) } else { String::new() }),
        tags,
        poisoned,
    });
    prop::collection::vec(reading, 1..40)
}

proptest! {
    /// A row that fails leaves no trace, whatever came before it.
    #[test]
    fn failed_rows_leave_no_trace(readings in readings()) {
        let mut mixed = builder();
        let mut rows = 0;
        for reading in &readings {
            prop_assert_eq!(mixed.push(reading).is_err(), reading.poisoned);
            rows += u32::from(!reading.poisoned);
        }
        prop_assert_eq!(mixed.rows(), rows);
        prop_assume!(rows > 0);
        prop_assert_eq!(mixed.seal(&[1; 16], 7, false), sealed(&readings, false));
    }

    /// What was split over frames and merged again is the block that was never split, compressed or not.
    #[test]
    fn merged_frames_are_the_unsplit_block(readings in readings(), at in any::<prop::sample::Index>()) {
        let readings: Vec<_> = readings.into_iter().filter(|reading| !reading.poisoned).collect();
        prop_assume!(readings.len() > 1);
        let at = 1 + at.index(readings.len() - 1);
        let layout = Layout::of(&schema());
        let block = |frames: &[Vec<u8>]| {
            let mut block = Block::new(layout.clone());
            for frame in frames {
                let frame = Frame::parse(frame).expect("a frame");
                block.append(frame.rows() as usize, &frame.check(&layout).expect("rows"));
            }
            let (hash, rows) = (block.hash(), block.rows());
            (hash, rows, block.into_native(&schema(), Some(5)).concat())
        };
        let whole = block(&[sealed(&readings, false)]);
        prop_assert_eq!(&whole, &block(&[sealed(&readings[..at], true), sealed(&readings[at..], false)]));
    }

    /// Pieces of a block appended again are the block, wherever it was cut.
    #[test]
    fn pieces_are_the_whole(readings in readings(), at in prop::collection::vec(any::<prop::sample::Index>(), 1..5)) {
        let readings: Vec<_> = readings.into_iter().filter(|reading| !reading.poisoned).collect();
        prop_assume!(!readings.is_empty());
        let layout = Layout::of(&schema());
        let frame = sealed(&readings, false);
        let frame = Frame::parse(&frame).expect("a frame");
        let mut block = Block::new(layout.clone());
        block.append(readings.len(), &frame.check(&layout).expect("rows"));
        let hash = block.hash();
        let mut pieces = vec![block.freeze()];
        for at in at {
            let piece = pieces.remove(at.index(pieces.len()));
            let (first, second) = piece.split_at(&layout, at.index(piece.len() + 1)).expect("so many rows");
            prop_assert_eq!(first.len() + second.len(), piece.len());
            let mut again = Block::new(layout.clone());
            for piece in [&first, &second] {
                again.append(piece.len(), &piece.segments().collect::<Vec<_>>());
            }
            prop_assert_eq!(again.hash(), piece.hash());
            pieces.extend([first, second]);
        }
        prop_assert!(pieces.iter().all(|piece| piece.split_at(&layout, piece.len() + 1).is_none()));
        let rows: usize = pieces.iter().map(Rows::len).sum();
        prop_assert_eq!(rows, readings.len());
        prop_assert_eq!(pieces.len() > 1 || pieces[0].hash() == hash, true);
    }

    /// Rows taken out of a frame make the frame that those rows alone would have made.
    #[test]
    fn selected_rows_are_a_frame(readings in readings(), wanted in any::<u64>(), compress in any::<bool>()) {
        let readings: Vec<_> = readings.into_iter().filter(|reading| !reading.poisoned).collect();
        let wanted: Vec<u32> = (0..readings.len() as u32).filter(|row| wanted >> (row % 64) & 1 == 1).collect();
        prop_assume!(!wanted.is_empty());
        let layout = Layout::of(&schema());
        let whole = sealed(&readings, compress);
        let whole = Frame::parse(&whole).expect("a frame");
        let made = whole.select(&layout, Some(&wanted)).expect("rows").seal(&[1; 16], 7, compress);
        let expected: Vec<Reading> = wanted.iter().map(|&row| readings[row as usize].clone()).collect();
        let expected = sealed(&expected, compress);
        let (made, expected) = (Frame::parse(&made).expect("a frame"), Frame::parse(&expected).expect("a frame"));
        prop_assert_eq!(made.rows(), expected.rows());
        prop_assert_eq!(made.check(&layout), expected.check(&layout));
        prop_assert_eq!(made.event_times(), whole.event_times());
        prop_assert!(whole.select(&layout, Some(&[whole.rows()])).is_err());
        prop_assert_eq!(
            whole.select(&layout, None).expect("rows").seal(&whole.producer(), whole.sequence(), compress),
            sealed(&readings, compress)
        );
    }

    /// No byte can be changed without being noticed.
    #[test]
    fn damage_is_noticed(readings in readings(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        prop_assume!(readings.iter().any(|reading| !reading.poisoned));
        let mut frame = sealed(&readings, false);
        let at = at.index(frame.len());
        frame[at] ^= 1 << bit;
        prop_assert!(Frame::parse(&frame).is_err());
    }

    /// A liar with a right checksum is found out, or is harmless; nothing panics.
    #[test]
    fn lies_under_a_right_checksum_do_no_harm(
        readings in readings(),
        lies in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        compress in any::<bool>(),
    ) {
        prop_assume!(readings.iter().any(|reading| !reading.poisoned));
        let mut frame = sealed(&readings, compress);
        for (at, lie) in lies {
            let at = at.index(frame.len());
            frame[at] = lie;
        }
        let checksum = header::checksum(&frame);
        frame[8..16].copy_from_slice(&checksum.to_le_bytes());
        let layout = Layout::of(&schema());
        if let Ok(frame) = Frame::parse(&frame)
            && let Ok(segments) = frame.check(&layout)
        {
            let mut block = Block::new(layout.clone());
            block.append(frame.rows() as usize, &segments);
            block.into_native(&schema(), None);
        }
    }

    /// Any bytes at all.
    #[test]
    fn noise_is_no_frame(mut noise in prop::collection::vec(any::<u8>(), 0..200), magic in any::<bool>()) {
        if magic && noise.len() > 4 {
            noise[..4].copy_from_slice(b"SHFR");
        }
        prop_assert!(Frame::parse(&noise).is_err());
    }
}

#[test]
fn header_is_as_documented() {
    let reading = Reading { id: 77, name: "n".into(), note: None, tags: BTreeMap::new(), poisoned: false };
    let frame = sealed(&[reading], false);
    assert_eq!(&frame[..8], b"SHFR\x01\x00\x50\x00");
    assert_eq!(frame[16..32], [9; 16]);
    assert_eq!(frame[32..48], [1; 16]);
    assert_eq!(frame[48..56], 7_u64.to_le_bytes());
    assert_eq!(frame[56..60], 1_u32.to_le_bytes());
    assert_eq!(frame[60..64], 9_u32.to_le_bytes());
    assert_eq!(frame[64..80], [77_i64.to_le_bytes(), 77_i64.to_le_bytes()].concat());
    assert_eq!(&frame[80..84], 8_u32.to_le_bytes());
    let parsed = Frame::parse(&frame).expect("a frame");
    assert_eq!((parsed.sequence(), parsed.producer(), parsed.event_times()), (7, [1; 16], Some((77, 77))));
}

#[test]
fn an_event_larger_than_a_frame_is_refused_and_leaves_no_trace() {
    let mut builder = builder();
    let mut reading = Reading { id: 1, name: "n".into(), note: None, tags: BTreeMap::new(), poisoned: false };
    builder.push(&reading).expect("a small row");
    reading.name = "x".repeat(MAX_FRAME_BYTES);
    let error = builder.push(&reading).expect_err("too large");
    assert!(matches!(error.source, ValueError::TooLarge { .. }), "{error}");
    assert_eq!(builder.rows(), 1);
}
