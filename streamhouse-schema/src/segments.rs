//! How a column's values lie in a frame and in a Native block: as segments.
//!
//! A segment is either *plain* (values one after the other) or *offsets* (for each row, where its elements end). The
//! segments of a column, in order, are the column's body in the Native format.

use crate::types::Type;

/// One segment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// How its bytes are laid out.
    pub kind: SegmentKind,
    /// The segment, counted from the column's first, whose last offset is the number of values here; `None` where it
    /// is the number of rows.
    pub parent: Option<usize>,
}

/// How the bytes of a segment are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Values of this many bytes each, little-endian.
    Fixed(usize),
    /// For each value its length as a varint (LEB128), then its bytes.
    Strings,
    /// For each value a `UInt64`: how many elements there are up to its end.
    Offsets,
}

/// The segments of a column whose wire type is `ty`, in the order of the Native format.
pub fn segments_of(ty: &Type) -> Vec<Segment> {
    let mut out = Vec::new();
    collect(ty, None, &mut out);
    out
}

fn collect(ty: &Type, parent: Option<usize>, out: &mut Vec<Segment>) {
    match ty {
        Type::LowCardinality(inner) => collect(inner, parent, out),
        Type::Nullable(inner) => {
            out.push(Segment { kind: SegmentKind::Fixed(1), parent });
            collect(inner, parent, out);
        }
        Type::Array(inner) => {
            out.push(Segment { kind: SegmentKind::Offsets, parent });
            let offsets = out.len() - 1;
            collect(inner, Some(offsets), out);
        }
        Type::Map(key, value) => {
            out.push(Segment { kind: SegmentKind::Offsets, parent });
            let offsets = out.len() - 1;
            collect(key, Some(offsets), out);
            collect(value, Some(offsets), out);
        }
        Type::String => out.push(Segment { kind: SegmentKind::Strings, parent }),
        fixed => {
            let kind = fixed.fixed_width().map_or(SegmentKind::Strings, SegmentKind::Fixed);
            out.push(Segment { kind, parent });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_types_share_the_offsets_above_them() {
        let ty: Type = "Map(String, Array(Nullable(Int32)))".parse().expect("a type");
        let segments = segments_of(&ty);
        assert_eq!(
            segments,
            [
                Segment { kind: SegmentKind::Offsets, parent: None },
                Segment { kind: SegmentKind::Strings, parent: Some(0) },
                Segment { kind: SegmentKind::Offsets, parent: Some(0) },
                Segment { kind: SegmentKind::Fixed(1), parent: Some(2) },
                Segment { kind: SegmentKind::Fixed(4), parent: Some(2) },
            ]
        );
    }
}
