//! Whether a table's column holds, unchanged, every value of another type.
//!
//! ClickHouse converts what it is sent into what the column stores (`input_format_native_allow_types_conversion`), and
//! does so without a word where a number does not fit. So what could change a value is refused before it is sent.

use streamhouse_schema::types::{Element, Type};

/// Whether a column of the type `stored` holds all values of the type `sent`.
pub(super) fn holds(stored: &Type, sent: &Type) -> bool {
    match (stored, sent) {
        (stored, sent) if stored == sent => true,
        (Type::LowCardinality(stored), sent) => holds(stored, sent),
        (stored, Type::LowCardinality(sent)) => holds(stored, sent),
        (Type::Nullable(stored), Type::Nullable(sent)) => holds(stored, sent),
        (Type::Nullable(stored), sent) => holds(stored, sent),
        (Type::SimpleAggregateFunction(stored), sent) => {
            stored.arguments.first().is_some_and(|stored| holds(stored, sent))
        }
        (Type::Array(stored), Type::Array(sent)) => holds(stored, sent),
        (Type::Map(key, value), Type::Map(sent_key, sent_value)) => {
            holds(key, sent_key) && holds(value, sent_value)
        }
        (Type::Tuple(stored), Type::Tuple(sent)) | (Type::Nested(stored), Type::Nested(sent)) => {
            stored.len() == sent.len() && stored.iter().zip(sent).all(holds_element)
        }
        (Type::Enum { values: stored, .. }, Type::Enum { values: sent, .. }) => {
            sent.iter().all(|value| stored.contains(value))
        }
        (
            Type::Decimal { precision, scale },
            Type::Decimal { precision: sent_precision, scale: sent_scale },
        ) => scale >= sent_scale && precision - scale >= sent_precision - sent_scale,
        // A zone says how a moment is shown.
        (Type::DateTime(_), Type::DateTime(_))
        | (Type::Date32, Type::Date)
        | (Type::Float64, Type::Float32) => true,
        (Type::DateTime64 { precision, .. }, Type::DateTime64 { precision: sent, .. }) => precision == sent,
        _ => match (integer(stored), integer(sent)) {
            (Some((true, stored)), Some((true, sent))) | (Some((false, stored)), Some((false, sent))) => {
                stored >= sent
            }
            (Some((true, stored)), Some((false, sent))) => stored > sent,
            _ => false,
        },
    }
}

fn holds_element((stored, sent): (&Element, &Element)) -> bool {
    stored.name == sent.name && holds(&stored.ty, &sent.ty)
}

/// Whether an integer has a sign, and its bits.
fn integer(ty: &Type) -> Option<(bool, u16)> {
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
    use super::*;

    #[test]
    fn a_column_holds_what_it_does_not_change() {
        let fits = |stored: &str, sent: &str| {
            holds(&stored.parse().expect("a type"), &sent.parse().expect("a type"))
        };
        for (stored, sent) in [
            ("UInt64", "UInt64"),
            ("Int64", "UInt32"),
            ("LowCardinality(Nullable(String))", "String"),
            ("String", "LowCardinality(String)"),
            ("Array(Nullable(Int32))", "Array(Int16)"),
            ("Enum16('a' = 1, 'b' = 300)", "Enum8('a' = 1)"),
            ("Decimal(18, 4)", "Decimal(9, 2)"),
            ("DateTime('UTC')", "DateTime"),
            ("Map(LowCardinality(String), UInt16)", "Map(String, UInt8)"),
        ] {
            assert!(fits(stored, sent), "{stored} holds {sent}");
        }
        for (stored, sent) in [
            ("UInt32", "UInt64"),
            ("UInt64", "Int8"),
            ("Int64", "UInt64"),
            ("String", "Nullable(String)"),
            ("Enum8('a' = 2)", "Enum8('a' = 1)"),
            ("Decimal(18, 2)", "Decimal(18, 4)"),
            ("DateTime64(0)", "DateTime64(3)"),
            ("Float32", "Float64"),
            ("FixedString(4)", "String"),
            ("Tuple(a UInt8, b UInt8)", "Tuple(b UInt8, a UInt8)"),
        ] {
            assert!(!fits(stored, sent), "{stored} does not hold {sent}");
        }
    }
}
