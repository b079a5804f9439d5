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

/// The segments of a column of the type `ty`, in the order of the Native format. The type has no
/// [`obstacle`](Type::obstacle).
pub fn segments_of(ty: &Type) -> Vec<Segment> {
    let mut out = Vec::new();
    collect(ty, None, &mut out);
    out
}

/// How many segments the columns of a field have together; a Nested is a column for each of its elements.
pub fn segments_of_field(ty: &Type) -> usize {
    match ty {
        Type::Nested(elements) => elements.iter().map(|element| 1 + segments_of(&element.ty).len()).sum(),
        other => segments_of(other).len(),
    }
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
        Type::Tuple(elements) => elements.iter().for_each(|element| collect(&element.ty, parent, out)),
        Type::Nested(elements) => {
            out.push(Segment { kind: SegmentKind::Offsets, parent });
            let offsets = out.len() - 1;
            elements.iter().for_each(|element| collect(&element.ty, Some(offsets), out));
        }
        Type::QBit(vector) => collect(&vector.list(), parent, out),
        Type::Geo(geo) => {
            if let Some(structure) = geo.structure() {
                collect(&structure, parent, out);
            }
        }
        Type::SimpleAggregateFunction(aggregate) => {
            aggregate.arguments.iter().for_each(|value| collect(value, parent, out));
        }
        Type::String | Type::Json(_) => out.push(Segment { kind: SegmentKind::Strings, parent }),
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
    /// A type has the segments of its wire form, so neither side has to ask which of the two it holds.
    #[test]
    fn storage_changes_no_segments() {
        for text in [
            "Tuple(a LowCardinality(String), b Tuple(Enum8('a' = 1), JSON))",
            "Array(Nested(a Enum16('a' = 1), b Array(Nullable(JSON))))",
            "Map(Point, MultiPolygon)",
            "Tuple(QBit(Float64, 16, 8), Array(QBit(BFloat16, 3)))",
            "SimpleAggregateFunction(sumMap, Map(String, UInt64))",
            "Tuple(IntervalDay, Time64(3), BFloat16)",
        ] {
            let ty: Type = text.parse().expect(text);
            assert_eq!(segments_of(&ty), segments_of(&ty.wire()), "{ty}");
        }
    }

    #[test]
    fn elements_lie_one_after_the_other() {
        let ty: Type = "Array(Tuple(a String, p Point, b Array(Int8)))".parse().expect("a type");
        assert_eq!(
            segments_of(&ty),
            [
                Segment { kind: SegmentKind::Offsets, parent: None },
                Segment { kind: SegmentKind::Strings, parent: Some(0) },
                Segment { kind: SegmentKind::Fixed(8), parent: Some(0) },
                Segment { kind: SegmentKind::Fixed(8), parent: Some(0) },
                Segment { kind: SegmentKind::Offsets, parent: Some(0) },
                Segment { kind: SegmentKind::Fixed(1), parent: Some(4) },
            ]
        );
    }
}
