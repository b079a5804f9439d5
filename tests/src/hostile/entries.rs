//! What is called with an input, and what must hold of whatever is accepted.

use std::sync::OnceLock;

use streamhouse::dynamic::DynamicSchema;
use streamhouse::frame::{Block, Frame, Layout};
use streamhouse_embedded::hostile;
use streamhouse_schema::expr::{Expr, select};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::seeds;

/// Where the parts of a frame's header stand (`docs/format.md`).
const CHECKSUM: std::ops::Range<usize> = 8..16;

pub(super) fn frame(bytes: &[u8]) {
    read_frame(bytes);
    // As somebody writes it who knows the format and means harm.
    let mut sealed = bytes.to_vec();
    if sealed.len() >= 80 {
        sealed[..5].copy_from_slice(b"SHFR\x01");
        sealed[5] &= 1;
        let checksum = xxhash_rust::xxh3::xxh3_64(&sealed[CHECKSUM.end..]);
        sealed[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
        read_frame(&sealed);
    }
}

fn read_frame(bytes: &[u8]) {
    static LAYOUTS: OnceLock<Vec<(FrameSchema, Layout)>> = OnceLock::new();
    let Ok(frame) = Frame::parse(bytes) else { return };
    let _ = (frame.fingerprint(), frame.producer(), frame.sequence(), frame.event_times());
    let rows = frame.rows() as usize;
    let layouts = LAYOUTS.get_or_init(|| {
        seeds::schemas().into_iter().map(|schema| (schema.clone(), Layout::of(&schema))).collect()
    });
    for (schema, layout) in layouts {
        let Ok(segments) = frame.check(layout) else { continue };
        let mut block = Block::new(layout.clone());
        block.append(rows, &segments);
        block.append(rows, &segments);
        assert_eq!(block.rows(), 2 * rows);
        assert!(block.bytes() == 2 * segments.iter().map(|segment| segment.len()).sum::<usize>());
        let _ = block.hash();
        let native = block.into_native(schema, Some(1));
        assert!(!native.is_empty());
    }
}

pub(super) fn published_schema(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(schema) = FrameSchema::from_json(text) else { return };
    let again = FrameSchema::from_json(&schema.to_json()).expect("what is written reads back");
    assert_eq!(again, schema);
    assert_eq!(again.fingerprint(), schema.fingerprint());
    let _ = Block::new(Layout::of(&schema)).into_native(&schema, Some(1));
}

pub(super) fn snapshot(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = DynamicSchema::from_json(text);
    let Ok(snapshot) = Snapshot::read(text) else { return };
    assert!(snapshot::are_same(text, text));
    if let Some(sealed) = snapshot::sealed(text) {
        let sealed = Snapshot::read(&sealed).expect("a draft can be sealed");
        assert_eq!(sealed.columns, snapshot.columns);
    }
}

pub(super) fn column_type(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(ty) = text.parse::<Type>() else { return };
    let printed = ty.to_string();
    assert_eq!(printed.parse::<Type>().as_ref(), Ok(&ty), "{printed} reads back");
    let _ = (ty.wire(), ty.obstacle(), ty.need(), ty.fixed_width());
}

pub(super) fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (select::selects(text), select::compared(text));
    let Ok(expr) = text.parse::<Expr>() else { return };
    let printed = sql::expr(&expr);
    assert_eq!(printed.parse::<Expr>().as_ref(), Ok(&expr), "{printed} reads back");
}

/// The first byte says how the body comes: in pieces of what size, and whether the rest of it is a block without its checksum.
pub(super) fn compressed_blocks(bytes: &[u8]) {
    let Some((&how, body)) = bytes.split_first() else { return };
    let whole = hostile::decompress(body, body.len().max(1));
    let pieces = hostile::decompress(body, usize::from(how) + 1);
    if let (Ok(whole), Ok(pieces)) = (&whole, &pieces) {
        assert_eq!(whole, pieces, "it does not matter how it is divided");
    }
    assert_eq!(whole.is_ok(), pieces.is_ok());
    if let Some((head, data)) = body.split_first_chunk::<5>() {
        let claimed = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        if let Ok(plain) = hostile::decompress(&hostile::block(head[0], claimed, data), 1 << 16) {
            assert_eq!(plain, u64::from(claimed));
        }
    }
}
