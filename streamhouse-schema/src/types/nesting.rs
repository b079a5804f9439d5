//! Which type may stand in which, as ClickHouse has it.

use super::{Type, TypeError};

fn refuse(outer: &'static str, inner: &Type) -> Result<(), TypeError> {
    Err(TypeError::Nesting { outer, inner: inner.to_string() })
}

/// What may be NULL. A Tuple may not (`enable_nullable_tuple_type`), and a geometric type is one or a list.
pub(super) fn nullable(inner: &Type) -> Result<(), TypeError> {
    match inner {
        Type::Nullable(_)
        | Type::LowCardinality(_)
        | Type::Array(_)
        | Type::Map(..)
        | Type::Tuple(_)
        | Type::Nested(_)
        | Type::Variant(_)
        | Type::Dynamic(_)
        | Type::Geo(_)
        | Type::AggregateFunction(_) => refuse("Nullable", inner),
        _ => Ok(()),
    }
}

/// What may have a dictionary: "numbers, strings, Date or DateTime".
pub(super) fn low_cardinality(inner: &Type) -> Result<(), TypeError> {
    let plain = match inner {
        Type::Nullable(inner) => inner,
        plain => plain,
    };
    match plain {
        Type::UInt8
        | Type::UInt16
        | Type::UInt32
        | Type::UInt64
        | Type::UInt128
        | Type::UInt256
        | Type::Int8
        | Type::Int16
        | Type::Int32
        | Type::Int64
        | Type::Int128
        | Type::Int256
        | Type::Float32
        | Type::Float64
        | Type::BFloat16
        | Type::Bool
        | Type::String
        | Type::FixedString(_)
        | Type::Uuid
        | Type::Date
        | Type::Date32
        | Type::DateTime(_)
        | Type::Time
        | Type::Ipv4
        | Type::Ipv6
        | Type::Interval(_) => Ok(()),
        _ => refuse("LowCardinality", inner),
    }
}

/// What may be the key of a Map: anything that is never NULL.
pub(super) fn map_key(key: &Type) -> Result<(), TypeError> {
    if key.is_nullable() { refuse("the key of a Map", key) } else { Ok(()) }
}

/// What may be one of several.
pub(super) fn variant(inner: &Type) -> Result<(), TypeError> {
    let never = matches!(inner, Type::Variant(_) | Type::Dynamic(_) | Type::Nullable(_));
    let null = matches!(inner, Type::LowCardinality(inner) if inner.is_nullable());
    if never || null { refuse("Variant", inner) } else { Ok(()) }
}
