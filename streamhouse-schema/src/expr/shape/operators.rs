//! What operators yield.

use super::super::{Binary, Expr, Literal};
use super::{Kind, Misfit, Shape, place};
use crate::types::Type;

pub(super) fn element<A: Copy>(
    (of, from): (&Expr<A>, Kind),
    (index, to): (&Expr<A>, &Kind),
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let (fits, item) = match &from {
        Kind::Array(item) => (matches!(to, Kind::Whole | Kind::Unknown), (**item).clone()),
        Kind::Map(key, value) => (comparable((of, &key.kind), (index, to)), (**value).clone()),
        Kind::Unknown => return Shape::of(Kind::Unknown),
        _ => (false, Shape::of(Kind::Unknown)),
    };
    if !fits {
        let message = match from {
            Kind::Array(_) | Kind::Map(..) => format!("{from} has no element by {to}"),
            from => format!("`[…]` takes an element of a list or a map, and this is {from}"),
        };
        misfits.push(Misfit { at: place(of), message });
    }
    item
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
            Kind::Tuple(items) => item(items).map(|item| Shape::of(Kind::Array(Box::new(item)))),
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

pub(super) fn binary<A: Copy>(
    operator: Binary,
    (left, from): (&Expr<A>, Shape),
    (right, to): (&Expr<A>, Shape),
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let nullable = from.nullable || to.nullable;
    // Element by element.
    if let (Binary::Plus | Binary::Minus, Kind::Tuple(one), Kind::Tuple(other)) =
        (operator, &from.kind, &to.kind)
        && one.len() == other.len()
    {
        let pairs = one.iter().cloned().zip(other.iter().cloned());
        let items = pairs.map(|(one, other)| binary(operator, (left, one), (right, other), misfits));
        return Shape::of(Kind::Tuple(items.collect()));
    }
    let unknown = from.kind == Kind::Unknown || to.kind == Kind::Unknown;
    let numbers = is_number(&from.kind) && is_number(&to.kind);
    let time = |kind: &Kind| matches!(kind, Kind::Date | Kind::Time);
    let truth = |kind: &Kind| matches!(kind, Kind::Whole | Kind::Float);
    let step = |kind: &Kind| matches!(kind, Kind::Whole | Kind::Interval);
    let mut misfit = || {
        misfits.push(Misfit {
            at: place(left).or(place(right)),
            message: format!("`{}` does not take {} and {}", operator.text(), from.kind, to.kind),
        });
        Kind::Unknown
    };
    let kind = match operator {
        Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Divide | Binary::Modulo if unknown => {
            Kind::Unknown
        }
        Binary::Plus if time(&from.kind) && step(&to.kind) => from.kind,
        Binary::Plus if step(&from.kind) && time(&to.kind) => to.kind,
        Binary::Minus if time(&from.kind) && step(&to.kind) => from.kind,
        Binary::Minus if time(&from.kind) && time(&to.kind) => Kind::Unknown,
        Binary::Plus | Binary::Minus if from.kind == Kind::Interval && to.kind == Kind::Interval => {
            Kind::Interval
        }
        Binary::Divide if numbers => Kind::Float,
        Binary::Modulo if numbers && from.kind == Kind::Whole => Kind::Whole,
        Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Modulo if numbers => {
            if from.kind == Kind::Float || to.kind == Kind::Float { Kind::Float } else { from.kind }
        }
        Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Divide | Binary::Modulo => misfit(),
        Binary::And | Binary::Or if !(unknown || truth(&from.kind) && truth(&to.kind)) => misfit(),
        Binary::Like | Binary::NotLike if !unknown && (from.kind != Kind::Text || to.kind != Kind::Text) => {
            misfit()
        }
        Binary::Concat => Kind::Text,
        Binary::In | Binary::NotIn => {
            let values = match (right, &to.kind) {
                (Expr::Tuple(items), Kind::Tuple(kinds)) => items.iter().zip(kinds).collect(),
                _ => vec![(right, &to)],
            };
            if values.iter().all(|(value, to)| comparable((left, &from.kind), (value, &to.kind))) {
                Kind::Whole
            } else {
                misfit()
            }
        }
        Binary::And | Binary::Or | Binary::Like | Binary::NotLike => Kind::Whole,
        _ if comparable((left, &from.kind), (right, &to.kind)) => Kind::Whole,
        _ => misfit(),
    };
    Shape { nullable, ..Shape::of(kind) }
}

/// Whether ClickHouse compares two values. It reads a string literal as what the other one is, where that is no number.
fn comparable<A>((left, from): (&Expr<A>, &Kind), (right, to): (&Expr<A>, &Kind)) -> bool {
    let literal = |expr: &Expr<A>| matches!(expr, Expr::Literal(Literal::Text(_), _));
    let single = |kind: &Kind| matches!(kind, Kind::Date | Kind::Time | Kind::Uuid | Kind::Ip);
    match (from, to) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => true,
        (Kind::Date | Kind::Time, Kind::Date | Kind::Time) => true,
        (Kind::Text, other) if literal(left) && single(other) => true,
        (other, Kind::Text) if literal(right) && single(other) => true,
        (Kind::Other(ty), number) | (number, Kind::Other(ty))
            if **ty == Type::BFloat16 && is_number(number) =>
        {
            true
        }
        (Kind::Other(ty), _) => named(ty, right) || (from == to && is_compared(ty)),
        (_, Kind::Other(ty)) => named(ty, left),
        (from, to) if is_number(from) && is_number(to) => true,
        (Kind::Array(from), Kind::Array(to)) => comparable((left, &from.kind), (right, &to.kind)),
        (from, to) => std::mem::discriminant(from) == std::mem::discriminant(to),
    }
}

/// Whether a literal is a name of an enumeration.
fn named<A>(ty: &Type, expr: &Expr<A>) -> bool {
    matches!((ty, expr), (Type::Enum { values, .. }, Expr::Literal(Literal::Text(text), _))
        if values.iter().any(|(name, _)| name == text))
}

fn is_compared(ty: &Type) -> bool {
    matches!(ty, Type::BFloat16 | Type::Enum { .. } | Type::Time | Type::Time64(_))
}

pub(super) fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Whole | Kind::Wide | Kind::Float | Kind::Decimal)
}
