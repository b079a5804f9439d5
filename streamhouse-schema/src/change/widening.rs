//! Which types hold all values of which others.

use crate::types::{Element, Type};

/// What becomes of values that a column of another type takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversion {
    /// They stay as they are on the disk.
    None,
    /// All of them are written anew, and none changes.
    Rewrite,
    /// Some may change, or make the conversion fail.
    Lossy,
}

/// What becomes of the values of a column, by the types as ClickHouse prints them.
pub fn conversion(before: &str, after: &str) -> Conversion {
    match (before.parse::<Type>(), after.parse::<Type>()) {
        (Ok(before), Ok(after)) => between(&before, &after),
        _ if before == after => Conversion::None,
        _ => Conversion::Lossy,
    }
}

/// The same, of types that are read already.
pub fn between(before: &Type, after: &Type) -> Conversion {
    use Conversion::{Lossy, None, Rewrite};
    match (before, after) {
        (before, after) if before == after => None,
        // Only names and what numbers mean are added: the server does not touch the parts.
        (Type::Enum { wide: a, values: before }, Type::Enum { wide: b, values: after }) => {
            match (before.iter().all(|value| after.contains(value)), a == b) {
                (true, true) => None,
                (true, false) if *b => Rewrite,
                _ => Lossy,
            }
        }
        // A zone says how a moment is shown.
        (Type::DateTime(_), Type::DateTime(_)) => None,
        (Type::DateTime64 { precision: a, .. }, Type::DateTime64 { precision: b, .. }) if a == b => None,
        (Type::LowCardinality(before), Type::LowCardinality(after)) => between(before, after),
        (Type::LowCardinality(before), after) => between(before, after).max(Rewrite),
        (before, Type::LowCardinality(after)) => between(before, after).max(Rewrite),
        (Type::Nullable(before), Type::Nullable(after)) => between(before, after),
        (before, Type::Nullable(after)) => between(before, after).max(Rewrite),
        (Type::Nullable(_), _) => Lossy,
        (Type::Array(before), Type::Array(after)) => between(before, after),
        (Type::QBit(before), Type::QBit(after)) if before.dimension == after.dimension => {
            between(&before.element, &after.element).max(Rewrite)
        }
        (Type::QBit(before), Type::Array(after)) => between(&before.element, after).max(Rewrite),
        (Type::Map(a, b), Type::Map(c, d)) => between(a, c).max(between(b, d)),
        (Type::Tuple(before), Type::Tuple(after)) | (Type::Nested(before), Type::Nested(after))
            if before.len() == after.len() =>
        {
            before.iter().zip(after).map(element).max().unwrap_or(None)
        }
        (Type::Decimal { precision: a, scale: b }, Type::Decimal { precision: c, scale: d }) => {
            if d >= b && c - d >= a - b { Rewrite } else { Lossy }
        }
        (Type::Float32, Type::Float64) | (Type::BFloat16, Type::Float32 | Type::Float64) => Rewrite,
        (Type::Date, Type::Date32 | Type::DateTime64 { .. }) => Rewrite,
        (Type::DateTime(_), Type::DateTime64 { .. }) => Rewrite,
        // More digits leave fewer years; up to microseconds all of them that the type has at all.
        (Type::DateTime64 { precision: a, .. }, Type::DateTime64 { precision: b, .. })
            if a < b && *b <= 6 =>
        {
            Rewrite
        }
        (Type::FixedString(a), Type::FixedString(b)) if a < b => Lossy,
        (before, after) => match (integer(before), integer(after)) {
            (Some((a, narrow)), Some((b, wide))) if a == b && narrow < wide => Rewrite,
            (Some((false, narrow)), Some((true, wide))) if narrow < wide => Rewrite,
            // A double holds every integer of up to 53 bits.
            (Some((_, bits)), Option::None) if bits <= 32 && *after == Type::Float64 => Rewrite,
            (Some((_, bits)), Option::None) if bits <= 16 && *after == Type::Float32 => Rewrite,
            _ => Lossy,
        },
    }
}

fn element((before, after): (&Element, &Element)) -> Conversion {
    if before.name == after.name { between(&before.ty, &after.ty) } else { Conversion::Lossy }
}

/// Whether an integer has a sign, and its bits.
pub(super) fn integer(ty: &Type) -> Option<(bool, u16)> {
    Some(match ty {
        Type::UInt8 => (false, 8),
        Type::UInt16 => (false, 16),
        Type::UInt32 => (false, 32),
        Type::UInt64 => (false, 64),
        Type::UInt128 => (false, 128),
        Type::UInt256 => (false, 256),
        Type::Int8 => (true, 8),
        Type::Int16 => (true, 16),
        Type::Int32 => (true, 32),
        Type::Int64 => (true, 64),
        Type::Int128 => (true, 128),
        Type::Int256 => (true, 256),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Conversion::{Lossy, None, Rewrite};
    use super::*;

    #[test]
    fn types_are_widened_or_not() {
        for (before, after, expected) in [
            ("UInt32", "UInt32", None),
            ("DateTime", "DateTime('UTC')", None),
            ("Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", None),
            ("Array(Enum8('a' = 1))", "Array(Enum8('a' = 1, 'b' = 2))", None),
            ("Enum8('a' = 1)", "Enum16('a' = 1)", Rewrite),
            ("UInt32", "Int64", Rewrite),
            ("Int32", "Nullable(Int64)", Rewrite),
            ("String", "LowCardinality(String)", Rewrite),
            ("LowCardinality(String)", "String", Rewrite),
            ("Nullable(String)", "LowCardinality(Nullable(String))", Rewrite),
            ("LowCardinality(Nullable(String))", "Nullable(String)", Rewrite),
            ("LowCardinality(String)", "LowCardinality(Nullable(String))", Rewrite),
            ("Decimal(9, 2)", "Decimal(18, 4)", Rewrite),
            ("Map(String, UInt8)", "Map(String, UInt16)", Rewrite),
            ("QBit(BFloat16, 16)", "QBit(Float32, 16, 8)", Rewrite),
            ("QBit(Float32, 16)", "Array(Float64)", Rewrite),
            // What is shorter or longer fails the change.
            ("Array(Float32)", "QBit(Float32, 16)", Lossy),
            ("QBit(Float32, 16)", "QBit(Float32, 17)", Lossy),
            ("QBit(Float32, 16)", "QBit(Int8, 16)", Lossy),
            ("DateTime", "DateTime64(3)", Rewrite),
            ("UInt32", "Float64", Rewrite),
            ("UInt64", "Float64", Lossy),
            ("UInt64", "UInt32", Lossy),
            ("Int32", "UInt64", Lossy),
            ("Nullable(String)", "String", Lossy),
            ("Enum8('a' = 1)", "Enum8('b' = 1)", Lossy),
            ("Decimal(18, 4)", "Decimal(18, 6)", Lossy),
            ("DateTime64(3)", "DateTime64(9)", Lossy),
            ("Tuple(a UInt8)", "Tuple(b UInt8)", Lossy),
            ("String", "UInt8", Lossy),
        ] {
            assert_eq!(conversion(before, after), expected, "{before} to {after}");
        }
    }
}
