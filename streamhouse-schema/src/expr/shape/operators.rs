//! What stands behind brackets and dots, and what is told of values.

use super::super::Expr;
use super::compare::{comparable, literal};
use super::{Kind, Misfit, Shape, place};
use crate::types::Type;

pub(super) fn element<A: Copy>(
    (of, from): (&Expr<A>, Shape),
    (index, to): (&Expr<A>, &Shape),
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let nullable = from.nullable;
    let from = from.kind;
    let (fits, item) = match &from {
        Kind::Array(item) => (matches!(to.kind, Kind::Whole | Kind::Unknown), (**item).clone()),
        Kind::Map(key, value) => (comparable((None, key), (literal(index), to)), (**value).clone()),
        Kind::Unknown => return Shape::of(Kind::Unknown),
        _ => (false, Shape::of(Kind::Unknown)),
    };
    if !fits {
        let message = match &from {
            Kind::Array(_) | Kind::Map(..) => format!("{from} has no element by {}", to.kind),
            _ => format!("`[…]` takes an element of a list or a map, and this is {from}"),
        };
        misfits.push(Misfit { at: place(of), message });
    }
    if let Some(ty) = without_zero(&item).filter(|_| !item.nullable) {
        let message = missing(matches!(from, Kind::Map(..)), ty);
        misfits.push(Misfit { at: place(of), message });
    }
    let list = matches!(item.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
    let nullable = (nullable || item.nullable || to.nullable) && !list;
    item.or_null(nullable)
}

/// Where an element is missing, ClickHouse takes the one of the number 0.
pub(super) fn missing(of_map: bool, ty: &Type) -> String {
    let what = if of_map { "a key that a map" } else { "an element that a list" };
    format!("for {what} does not have, ClickHouse takes the number 0, which {ty} does not name")
}

/// The enumeration that it is, if 0 has no name in it.
pub(super) fn without_zero(shape: &Shape) -> Option<&Type> {
    match &shape.kind {
        Kind::Other(ty) => match &**ty {
            Type::Enum { values, .. } => values.iter().all(|(_, number)| *number != 0).then_some(&**ty),
            _ => None,
        },
        _ => None,
    }
}

/// `tuple.1`, and of a list of tuples a list.
pub(super) fn member<A: Copy>(
    of: &Expr<A>,
    from: &Kind,
    index: usize,
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let item = |items: &[Shape]| index.checked_sub(1).and_then(|index| items.get(index).cloned());
    let found = match from {
        Kind::Tuple(items) => item(items),
        Kind::Array(list) => match &list.kind {
            Kind::Tuple(items) => item(items).map(Shape::listed),
            Kind::Unknown => return Shape::of(Kind::Unknown),
            _ => None,
        },
        Kind::Unknown => return Shape::of(Kind::Unknown),
        _ => None,
    };
    found.unwrap_or_else(|| {
        let message = format!("{from} has no element {index}");
        misfits.push(Misfit { at: place(of), message });
        Shape::of(Kind::Unknown)
    })
}

/// Whether ClickHouse shows a value as text where text is wanted.
pub(super) fn is_shown(ty: &Type) -> bool {
    !ty.any(&|ty| matches!(ty, Type::AggregateFunction(_) | Type::Geo(_)))
}

pub(super) fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Whole | Kind::Wide | Kind::Float | Kind::Decimal)
}
