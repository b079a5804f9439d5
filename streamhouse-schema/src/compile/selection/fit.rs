//! Whether a column of a selection fits the column that it is written into.

use super::Yield;
use crate::change::{Conversion, between};
use crate::compile::literal_fits;
use crate::types::{Element, Type};

/// What is wrong with writing a column of a selection into one of a type; `None` where nothing is, or nothing is known.
pub(in crate::compile) fn misfit(from: &Yield, to: &Type) -> Option<&'static str> {
    let to = plain(to);
    let literal = from.literal.as_ref();
    if literal.is_some_and(|literal| literal_fits(literal, &to)) {
        return None;
    }
    let from = plain(from.ty.as_ref()?);
    if holds(&from, &to) {
        return None;
    }
    Some(match (&from, &to) {
        (Type::AggregateFunction(_), Type::AggregateFunction(_)) => "is the state of something else",
        _ if literal.is_some() => "is no value of it",
        (Type::AggregateFunction(_), _) => "is an unfinished state, and not a value",
        (_, Type::AggregateFunction(_)) => "is a value, and not the state of an aggregate function",
        (Type::Nullable(from), to) if holds(from, to) => "may be NULL, which fails the insert",
        _ => "does not hold all of its values: the insert fails, or changes them",
    })
}

/// Types of which one may stand, perhaps within others that only say how values are stored, in the column that a value of
/// this type is written into: each as the beginning of its text. And whether the column has to hold NULL.
pub fn cores(ty: &Type) -> (Vec<String>, bool) {
    const PLAIN: &[&str] = &[
        "Bool", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128", "UInt256", "Int8", "Int16", "Int32",
        "Int64", "Int128", "Int256", "BFloat16", "Float32", "Float64", "String", "UUID", "IPv4", "IPv6",
        "Date", "Date32", "DateTime",
    ];
    let ty = plain(ty);
    let (ty, nullable) = match ty {
        Type::Nullable(inner) => (*inner, true),
        ty => (ty, false),
    };
    let fine = (0..=9).map(|precision| Type::DateTime64 { precision, zone: None });
    let known = PLAIN.iter().filter_map(|text| text.parse::<Type>().ok()).chain(fine);
    let mut texts: Vec<String> =
        known.filter(|known| holds(&ty, known)).map(|known| known.to_string()).collect();
    let own = ty.to_string();
    if !texts.contains(&own) {
        texts.push(own);
    }
    // Strings of a state may lie in a dictionary.
    if let Type::AggregateFunction(mut of) = ty {
        for argument in of.arguments.iter_mut().filter(|argument| **argument == Type::String) {
            *argument = Type::LowCardinality(Box::new(Type::String));
        }
        texts.push(Type::AggregateFunction(of).to_string());
    }
    // Behind the digits of a second may stand a zone.
    for text in texts.iter_mut().filter(|text| text.starts_with("DateTime64(")) {
        text.pop();
    }
    (texts, nullable)
}

/// Whether every value stays what it is, or becomes the text of it.
fn holds(from: &Type, to: &Type) -> bool {
    match (from, to) {
        // Parameters say what is read from a state, and not what is in it.
        (Type::AggregateFunction(a), Type::AggregateFunction(b)) => {
            a.function == b.function && a.arguments == b.arguments
        }
        (Type::AggregateFunction(_), _) | (_, Type::AggregateFunction(_)) => false,
        // A condition yields a number.
        (Type::UInt8 | Type::Bool, Type::Bool) | (Type::Bool, Type::UInt8) => true,
        (Type::Bool, to) => between(&Type::UInt8, to) != Conversion::Lossy || *to == Type::String,
        (Type::Nullable(from), Type::Nullable(to)) => holds(from, to),
        (from, Type::Nullable(to)) => holds(from, to),
        (Type::Array(from), Type::Array(to)) => holds(from, to),
        (Type::Map(a, b), Type::Map(c, d)) => holds(a, c) && holds(b, d),
        (Type::Ipv4, Type::Ipv6) => true,
        (from, Type::String) => is_shown(from),
        (from, to) => between(from, to) != Conversion::Lossy,
    }
}

/// What has a text of its own.
fn is_shown(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Nullable(_)
            | Type::Array(_)
            | Type::Map(..)
            | Type::Tuple(_)
            | Type::Nested(_)
            | Type::Json(_)
            | Type::Variant(_)
            | Type::Dynamic(_)
            | Type::Geo(_)
            | Type::QBit(_)
    )
}

/// The type without dictionaries and zones, and with the value in place of what merges it.
fn plain(ty: &Type) -> Type {
    let boxed = |ty: &Type| Box::new(plain(ty));
    match ty {
        Type::LowCardinality(inner) => plain(inner),
        Type::SimpleAggregateFunction(of) => match &of.arguments[..] {
            [value] => plain(value),
            _ => ty.clone(),
        },
        Type::DateTime(_) => Type::DateTime(None),
        Type::DateTime64 { precision, .. } => Type::DateTime64 { precision: *precision, zone: None },
        Type::Nullable(inner) => Type::Nullable(boxed(inner)),
        Type::Array(inner) => Type::Array(boxed(inner)),
        Type::Map(key, value) => Type::Map(boxed(key), boxed(value)),
        Type::Tuple(elements) => Type::Tuple(
            elements.iter().map(|one| Element { name: one.name.clone(), ty: plain(&one.ty) }).collect(),
        ),
        Type::AggregateFunction(of) => {
            let mut of = of.clone();
            of.arguments.iter_mut().for_each(|argument| *argument = plain(argument));
            Type::AggregateFunction(of)
        }
        other => other.clone(),
    }
}
