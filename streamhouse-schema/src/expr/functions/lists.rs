//! Lists, maps and tuples.

use super::Takes::{Anything, Figure, Integer, List, Map, Numbers, Tuple};
use super::{Gives, Known};
use crate::expr::Literal;
use crate::expr::shape::{Given, Number, common, compares_types};
use crate::types::Type;

fn listed(ty: Type) -> Type {
    Type::Array(Box::new(ty))
}

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["mapKeys"], &[Map], Gives::Keys),
    Known::new(&["mapValues"], &[Map], Gives::Values),
    Known::new(&["mapContains"], &[Map, Anything], Gives::By(in_map)).never_null(),
    Known::new(&["map"], &[Anything, Anything], Gives::Map).optional(2).many().own_nulls(),
    Known::new(&["tuple"], &[Anything], Gives::Tuple).optional(1).many().own_nulls(),
    Known::new(&["array"], &[Anything], Gives::List).optional(1).many().own_nulls(),
    Known::new(&["tupleElement"], &[Tuple, Figure], Gives::Element),
    Known::new(&["arrayElement"], &[List, Integer], Gives::Item),
    Known::new(&["has"], &[List, Anything], Gives::By(|given| in_list(given, Type::UInt8))).never_null(),
    Known::new(
        &["indexOf", "countEqual"],
        &[List, Anything],
        Gives::By(|given| in_list(given, Type::UInt64)),
    )
    .never_null(),
    Known::new(&["hasAll", "hasAny"], &[List, List], Gives::By(two_lists)).never_null(),
    Known::new(&["arrayConcat"], &[List], Gives::OneFrom(0)).many().own_nulls(),
    Known::new(
        &["arraySort", "arrayReverseSort", "arrayReverse", "arrayCompact", "arrayPopBack", "arrayPopFront"],
        &[List],
        Gives::Same,
    ),
    Known::new(&["arrayDistinct"], &[List], Gives::By(distinct)),
    Known::new(&["arraySlice"], &[List, Integer, Integer], Gives::Same).optional(1),
    Known::new(&["arrayUniq"], &[List], Gives::Is(|| Type::UInt32)),
    Known::new(&["arrayEnumerate"], &[List], Gives::Is(|| listed(Type::UInt32))),
    Known::new(&["arraySum"], &[Numbers], Gives::By(sum)),
    Known::new(&["arrayMin", "arrayMax"], &[Numbers], Gives::By(item)),
    Known::new(&["arrayAvg"], &[Numbers], Gives::By(average)),
    Known::new(&["arrayCumSum"], &[Numbers], Gives::By(|given| running(given, false))),
    Known::new(&["arrayDifference"], &[Numbers], Gives::By(|given| running(given, true))),
    Known::new(&["range"], &[Figure], Gives::By(range)),
    Known::new(&["emptyArrayString"], &[], Gives::Is(|| listed(Type::String))),
    Known::new(&["emptyArrayUInt8"], &[], Gives::Is(|| listed(Type::UInt8))),
    Known::new(&["emptyArrayUInt64"], &[], Gives::Is(|| listed(Type::UInt64))),
    Known::new(&["emptyArrayInt64"], &[], Gives::Is(|| listed(Type::Int64))),
];

fn item(given: &[Given<'_>]) -> Option<Type> {
    match given.first()?.shape.ty.as_ref()? {
        Type::Array(item) if !item.is_nullable() => Some((**item).clone()),
        _ => None,
    }
}

fn in_list(given: &[Given<'_>], found: Type) -> Option<Type> {
    let [Given { shape, .. }, wanted] = given else { return None };
    let (Some(Type::Array(item)), Some(wanted)) = (&shape.ty, &wanted.shape.ty) else { return None };
    let item = match &**item {
        Type::Nullable(item) => item,
        item => item,
    };
    common(item, wanted).map(|_| found)
}

fn in_map(given: &[Given<'_>]) -> Option<Type> {
    let [Given { shape, .. }, wanted] = given else { return None };
    let (Some(Type::Map(key, _)), Some(wanted)) = (&shape.ty, &wanted.shape.ty) else { return None };
    compares_types(key, wanted).then_some(Type::UInt8)
}

fn two_lists(given: &[Given<'_>]) -> Option<Type> {
    let [one, other] = given else { return None };
    common(one.shape.ty.as_ref()?, other.shape.ty.as_ref()?).map(|_| Type::UInt8)
}

fn sum(given: &[Given<'_>]) -> Option<Type> {
    Some(match Number::of(&item(given)?)? {
        Number::Integer { signed, bits: ..=64 } => Number::Integer { signed, bits: 64 }.ty(),
        Number::Integer { signed, bits } => Number::Integer { signed, bits }.ty(),
        Number::Float { .. } => Type::Float64,
        Number::Decimal { precision, scale } => Type::Decimal { precision: precision.max(38), scale },
    })
}

fn average(given: &[Given<'_>]) -> Option<Type> {
    Number::of(&item(given)?).map(|_| Type::Float64)
}

/// What is added up, or subtracted, from element to element.
fn running(given: &[Given<'_>], differences: bool) -> Option<Type> {
    Some(listed(match Number::of(&item(given)?)? {
        Number::Integer { bits: bits @ ..=32, .. } if differences => {
            Number::Integer { signed: true, bits: 2 * bits }.ty()
        }
        Number::Integer { signed, bits: ..=64 } => {
            Number::Integer { signed: signed || differences, bits: 64 }.ty()
        }
        Number::Float { .. } => Type::Float64,
        _ => return None,
    }))
}

/// NULL is not among them.
fn distinct(given: &[Given<'_>]) -> Option<Type> {
    match given.first()?.shape.ty.as_ref()? {
        Type::Array(item) => Some(listed(match &**item {
            Type::Nullable(item) => (**item).clone(),
            item => item.clone(),
        })),
        _ => None,
    }
}

fn range(given: &[Given<'_>]) -> Option<Type> {
    match given.first()?.literal {
        Some(Literal::Number(count)) if count.parse::<u16>().is_ok() => {
            Some(listed(given.first()?.shape.ty.clone()?))
        }
        _ => None,
    }
}
