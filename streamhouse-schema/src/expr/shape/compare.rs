//! What ClickHouse compares with what.

use super::operators::is_number;
use super::{Given, Kind, Shape, alike, numbers};
use crate::compile::literal_fits;
use crate::expr::{Expr, Literal};
use crate::types::Type;

/// Comparisons as functions.
pub(crate) const COMPARISONS: &[&str] =
    &["equals", "notEquals", "less", "lessOrEquals", "greater", "greaterOrEquals"];

/// Whether ClickHouse compares two arguments.
pub(in crate::expr) fn compares(one: &Given<'_>, other: &Given<'_>) -> bool {
    comparable((one.literal, one.shape), (other.literal, other.shape))
}

/// Whether ClickHouse compares values of two types.
pub(in crate::expr) fn compares_types(one: &Type, other: &Type) -> bool {
    comparable((None, &Shape::from(one)), (None, &Shape::from(other)))
}

pub(super) type Side<'a> = (Option<&'a Literal>, &'a Shape);

pub(super) fn literal<A>(expr: &Expr<A>) -> Option<&Literal> {
    match expr {
        Expr::Literal(literal, _) => Some(literal),
        _ => None,
    }
}

/// Whether ClickHouse compares two values. It reads a string literal as what the other one is, where that is no number.
pub(super) fn comparable((left, from): Side<'_>, (right, to): Side<'_>) -> bool {
    let read = |text: Option<&Literal>, as_what: &Shape| matches!((text, &as_what.ty), (Some(Literal::Text(text)), Some(ty)) if is_read(text, ty));
    let one_by_one = |from: &Shape, to: &Shape| comparable((None, from), (None, to));
    match (&from.kind, &to.kind) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => true,
        (Kind::Date | Kind::Time, Kind::Date | Kind::Time) => true,
        (Kind::Text, Kind::Text) => true,
        (Kind::Text, _) if left.is_some() => read(left, to),
        (_, Kind::Text) if right.is_some() => read(right, from),
        (Kind::Other(ty), number) | (number, Kind::Other(ty))
            if **ty == Type::BFloat16 && is_number(number) =>
        {
            true
        }
        (Kind::Other(ty), other) => from.kind == *other && is_compared(ty),
        (_, Kind::Other(_)) => false,
        (one, other) if is_number(one) && is_number(other) => {
            !numbers::overflows(left, to.ty.as_ref()) && !numbers::overflows(right, from.ty.as_ref())
        }
        (Kind::Array(_), Kind::Array(_)) => alike(from, to),
        // Of nothing and nothing ClickHouse does not say whether it is the same.
        (Kind::Tuple(from), Kind::Tuple(to)) => {
            !from.is_empty()
                && from.len() == to.len()
                && from.iter().zip(to).all(|(from, to)| one_by_one(from, to))
        }
        (Kind::Map(..), Kind::Map(..)) => from.ty.is_some() && from.ty == to.ty,
        (from, to) => std::mem::discriminant(from) == std::mem::discriminant(to),
    }
}

/// Whether a text is a value of a type, as ClickHouse reads it where the two are compared. A day is a moment too.
fn is_read(text: &str, ty: &Type) -> bool {
    let literal = Literal::Text(text.to_string());
    match ty {
        Type::Date | Type::Date32 | Type::Uuid | Type::Ipv4 | Type::Ipv6 => literal_fits(&literal, ty),
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            literal_fits(&literal, ty) || literal_fits(&literal, &Type::Date)
        }
        Type::Enum { values, .. } => values.iter().any(|(name, _)| name == text),
        _ => false,
    }
}

fn is_compared(ty: &Type) -> bool {
    matches!(ty, Type::BFloat16 | Type::Enum { .. } | Type::Time | Type::Time64(_))
}
