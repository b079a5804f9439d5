//! The type that several values have in common.

use crate::expr::shape::numbers::Number;
use crate::expr::shape::{Given, Kind, Misfit, Shape, alike, arithmetic, common, compares, is_number};
use crate::expr::{Binary, Literal};
use crate::types::Type;

/// The greatest or the least of several values. Two numbers ClickHouse brings together as it does to add them.
pub(super) fn extreme<A: Copy>(name: &str, at: A, given: &[Shape], misfits: &mut Vec<Misfit<A>>) -> Shape {
    if let [one, other] = given
        && !(one.nullable || other.nullable)
        && let (Some(from), Some(to)) = (&one.ty, &other.ty)
    {
        if [one, other].iter().any(|shape| shape.kind == Kind::Decimal)
            && let Some(ty) = arithmetic(Binary::Plus, from, to)
        {
            return Shape::from(&ty);
        }
        if [from, to] == [&Type::Bool, &Type::Bool] {
            return Shape::from(&Type::UInt8);
        }
    }
    let one = one_of(name, Some(at), given, misfits);
    // Beside one other number a `Bool` is one; of more the first says what they are.
    let mixed = one.ty == Some(Type::Bool)
        && !one.nullable
        && given.len() == 2
        && given.iter().any(|shape| shape.ty != Some(Type::Bool));
    if mixed { Shape::from(&Type::UInt8).or_null(one.nullable) } else { one }
}

/// Whether ClickHouse finds a value among the cases of another one. A list it takes, and finds nothing.
pub(super) fn is_case(of: &Given<'_>, case: &Given<'_>) -> bool {
    let named = matches!(case.literal, Some(Literal::Text(_)));
    let scalar = match of.shape.kind {
        Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_) => false,
        Kind::Uuid | Kind::Ip => !named,
        _ => true,
    };
    case.literal == Some(&Literal::Null) || scalar && compares(of, case)
}

/// One of several values, which have to have a type in common: else ClickHouse makes a Variant of them, which sorts and
/// ends nothing.
pub(in crate::expr::shape) fn one_of<A: Copy>(
    name: &str,
    at: Option<A>,
    choices: &[Shape],
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let nullable = choices.iter().any(|choice| choice.nullable);
    let mut known: Vec<&Shape> = choices.iter().filter(|choice| choice.kind != Kind::Unknown).collect();
    // A decimal takes in each integer by itself, and a float all of them together.
    known.sort_by_key(|choice| match choice.ty.as_ref().and_then(Number::of) {
        Some(Number::Decimal { .. }) => 0,
        Some(Number::Float { .. }) => 2,
        _ => 1,
    });
    // A literal NULL is of any type; of what is not known nothing is.
    let hidden = choices.iter().any(|choice| choice.kind == Kind::Unknown && !choice.nullable);
    let Some((first, others)) = known.split_first() else { return Shape::unknown().or_null(nullable) };
    let mut chosen = (*first).clone().or_null(nullable);
    for other in others {
        let both = match (&chosen.ty, &other.ty) {
            (Some(one), Some(other)) => common(one, other),
            // Empty lists, which are lists of anything.
            _ if alike(&chosen, other) => {
                chosen.ty = None;
                continue;
            }
            _ => None,
        };
        match both {
            Some(ty) => chosen = Shape::from(&ty).or_null(nullable),
            None => {
                misfits.push(Misfit { at, message: unlike(name, &chosen, other) });
                return Shape::unknown();
            }
        }
    }
    if nullable && matches!(chosen.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_)) {
        misfits.push(Misfit {
            at,
            message: format!(
                "`{name}` chooses between {} and NULL, which have no type in common",
                chosen.kind
            ),
        });
        return Shape::unknown();
    }
    if hidden { Shape::unknown() } else { chosen }
}

fn unlike(name: &str, one: &Shape, other: &Shape) -> String {
    let shown = |shape: &Shape| match &shape.ty {
        Some(ty) if one.kind == other.kind || is_numeric(one) && is_numeric(other) => ty.to_string(),
        _ => shape.kind.to_string(),
    };
    format!("`{name}` chooses between {} and {}, which have no type in common", shown(one), shown(other))
}

fn is_numeric(shape: &Shape) -> bool {
    is_number(&shape.kind)
}
