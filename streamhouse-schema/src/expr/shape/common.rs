//! The type that values of two types have in common, where there is one that is no Variant.

use super::numbers::{Number, digits};
use super::{Kind, Shape};
use crate::types::{Element, Type};

/// The least type that holds the values of both.
pub(in crate::expr) fn common(one: &Type, other: &Type) -> Option<Type> {
    // A Bool is a UInt8, and the first one says what both are.
    let truth = |ty: &Type| matches!(ty, Type::UInt8 | Type::Bool);
    if one == other || (truth(one) && truth(other)) {
        return Some(one.clone());
    }
    let boxed = |one: &Type, other: &Type| common(one, other).map(Box::new);
    if let (Some(from), Some(to)) = (Number::of(one), Number::of(other)) {
        return numbers(from, to);
    }
    match (one, other) {
        (Type::Nullable(one), Type::Nullable(other)) => Some(Type::Nullable(boxed(one, other)?)),
        (Type::Nullable(one), other) | (other, Type::Nullable(one)) => {
            Some(Type::Nullable(boxed(one, other)?))
        }
        (Type::String | Type::FixedString(_), Type::String | Type::FixedString(_)) => Some(Type::String),
        (Type::Array(one), Type::Array(other)) => Some(Type::Array(boxed(one, other)?)),
        (Type::Map(key, value), Type::Map(other_key, other_value)) => {
            Some(Type::Map(boxed(key, other_key)?, boxed(value, other_value)?))
        }
        (Type::Tuple(one), Type::Tuple(other)) if one.len() == other.len() => {
            let element = |(one, other): (&Element, &Element)| {
                Some(Element { name: one.name.clone(), ty: common(&one.ty, &other.ty)? })
            };
            Some(Type::Tuple(one.iter().zip(other).map(element).collect::<Option<_>>()?))
        }
        _ => time(one, other),
    }
}

/// Whether two values may be of one type, as far as theirs are known.
pub(in crate::expr) fn alike(one: &Shape, other: &Shape) -> bool {
    if let (Some(one), Some(other)) = (&one.ty, &other.ty) {
        return common(one, other).is_some();
    }
    match (&one.kind, &other.kind) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => true,
        (Kind::Array(one), Kind::Array(other)) => alike(one, other),
        (Kind::Map(key, value), Kind::Map(other_key, other_value)) => {
            alike(key, other_key) && alike(value, other_value)
        }
        (Kind::Tuple(one), Kind::Tuple(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

fn numbers(from: Number, to: Number) -> Option<Type> {
    Some(match (from, to) {
        (Number::Integer { signed, bits }, Number::Integer { signed: other_signed, bits: other_bits }) => {
            let bits = match (signed, other_signed) {
                (true, false) if other_bits >= bits => above(other_bits)?,
                (false, true) if bits >= other_bits => above(bits)?,
                _ => bits.max(other_bits),
            };
            Number::Integer { signed: signed || other_signed, bits }.ty()
        }
        (Number::Float { bits }, Number::Float { bits: other_bits }) => {
            Number::Float { bits: bits.max(other_bits) }.ty()
        }
        (Number::Float { bits }, Number::Integer { bits: whole, .. })
        | (Number::Integer { bits: whole, .. }, Number::Float { bits }) => {
            // The bits of an integer that a float keeps.
            let least = match whole {
                0..=8 => 16,
                9..=24 => 32,
                25..=53 => 64,
                _ => return None,
            };
            Number::Float { bits: bits.max(least) }.ty()
        }
        (Number::Decimal { precision, scale }, Number::Integer { signed, bits })
        | (Number::Integer { signed, bits }, Number::Decimal { precision, scale }) => {
            let whole = match bits {
                8 => 3,
                16 => 5,
                32 => 10,
                64 if signed => 19,
                64 => 20,
                _ => return None,
            };
            match precision.max(whole + scale) {
                needed if needed <= 76 => Type::Decimal { precision: digits(needed), scale },
                _ => return None,
            }
        }
        (
            Number::Decimal { precision, scale },
            Number::Decimal { precision: other_precision, scale: other_scale },
        ) if scale == other_scale => {
            // Of the same bytes the first one says how many digits there are.
            let (own, other) = (digits(precision), digits(other_precision));
            Type::Decimal { precision: if own == other { precision } else { own.max(other) }, scale }
        }
        _ => return None,
    })
}

/// Twice as many bits, where there is such an integer that any value of the table can be converted to.
fn above(bits: u16) -> Option<u16> {
    match bits {
        8 | 16 | 32 | 128 => Some(bits * 2),
        _ => None,
    }
}

/// Days and moments: the finer one, of the greater range.
fn time(one: &Type, other: &Type) -> Option<Type> {
    let precision = |ty: &Type| match ty {
        Type::DateTime64 { precision, .. } => *precision,
        _ => 0,
    };
    let fine = Type::DateTime64 { precision: precision(one).max(precision(other)), zone: None };
    match (one, other) {
        (Type::Date, Type::Date32) | (Type::Date32, Type::Date) => Some(Type::Date32),
        (Type::Date, Type::DateTime(_)) | (Type::DateTime(_), Type::Date) => Some(Type::DateTime(None)),
        (Type::DateTime(_), Type::DateTime(_)) => Some(Type::DateTime(None)),
        (
            Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. },
            Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. },
        ) => Some(fine),
        _ => None,
    }
}
