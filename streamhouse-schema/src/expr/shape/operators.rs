//! What operators yield.

use super::super::{Binary, Expr, Literal, Unary};
use super::{Given, Kind, Misfit, Shape, common, is_folded, numbers, place};
use crate::compile::literal_fits;
use crate::types::{Element, Type, Unit};

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
    // Where a key is missing, the value is the one of the number 0.
    if let (Kind::Map(..), Some(ty)) = (&from, without_zero(&item))
        && !item.nullable
    {
        let message = format!(
            "for a key that a map does not have, ClickHouse takes the number 0, which {ty} does not name"
        );
        misfits.push(Misfit { at: place(of), message });
    }
    let list = matches!(item.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
    let nullable = (nullable || item.nullable || to.nullable) && !list;
    item.or_null(nullable)
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

pub(super) fn binary<A: Copy>(
    operator: Binary,
    (left, from): (&Expr<A>, Shape),
    (right, to): (&Expr<A>, Shape),
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let nullable = from.passes_null() || to.passes_null();
    // Element by element.
    if let (Binary::Plus | Binary::Minus, Kind::Tuple(one), Kind::Tuple(other)) =
        (operator, &from.kind, &to.kind)
        && one.len() == other.len()
    {
        let pairs = one.iter().cloned().zip(other.iter().cloned());
        let items = pairs.map(|(one, other)| binary(operator, (left, one), (right, other), misfits));
        return Shape::together(items.collect());
    }
    let unknown = from.kind == Kind::Unknown || to.kind == Kind::Unknown;
    let mut misfit = || {
        misfits.push(Misfit {
            at: place(left).or(place(right)),
            message: format!("`{}` does not take {} and {}", operator.text(), from.kind, to.kind),
        });
        Shape::unknown()
    };
    let truth = |kind: &Kind| matches!(kind, Kind::Whole | Kind::Float | Kind::Unknown);
    let text = |shape: &Shape| matches!(shape.kind, Kind::Text | Kind::Unknown);
    let mut hidden = false;
    let fits = match operator {
        Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Divide | Binary::Modulo => {
            // Only days and moments are moved by a tuple, of intervals.
            let tuple = |shape: &Shape| matches!(shape.kind, Kind::Tuple(_));
            let time = |shape: &Shape| matches!(shape.ty, Some(Type::Time | Type::Time64(_)));
            let apart = matches!(operator, Binary::Plus | Binary::Minus)
                && ((tuple(&from) && time(&to)) || (time(&from) && tuple(&to)));
            if apart {
                return misfit();
            }
            if unknown {
                return Shape::unknown().or_null(nullable);
            }
            // ClickHouse puts two units side by side, and cannot where only one of them is the same for all rows.
            let half_constant = left.columns().is_empty() != right.columns().is_empty();
            let steps = matches!(from.kind, Kind::Interval | Kind::Tuple(_)) && to.kind == Kind::Interval;
            if steps && from.ty != to.ty && half_constant {
                return misfit();
            }
            let result = match (&from.ty, &to.ty) {
                (None, _) if is_number(&from.kind) => return Shape::unknown().or_null(nullable),
                (_, None) if is_number(&to.kind) => return Shape::unknown().or_null(nullable),
                (Some(one), Some(other)) => {
                    numbers::arithmetic(operator, one, other).or_else(|| moved(operator, one, other))
                }
                _ => None,
            };
            // Both have bounds that a computed number may lie beyond, and the server computes it when the table is created.
            let bounded = match result {
                Some(Type::DateTime64 { .. }) => !(is_step(left) || is_step(right)),
                Some(Type::Decimal { .. }) => true,
                _ => false,
            };
            if bounded && is_folded(left) && is_folded(right) {
                let message = format!(
                    "`{}` computes what is the same for all rows: write what comes out",
                    operator.text()
                );
                misfits.push(Misfit { at: place(left).or(place(right)), message });
                return Shape::unknown();
            }
            return match result {
                Some(ty) => Shape::from(&ty).or_null(nullable),
                None => misfit(),
            };
        }
        Binary::Concat => {
            let plain =
                |ty: &Type| is_shown(ty) && !matches!(ty, Type::Array(_) | Type::Map(..) | Type::Tuple(_));
            let fits = |shape: &Shape| shape.kind == Kind::Unknown || shape.ty.as_ref().is_some_and(plain);
            if !(fits(&from) && fits(&to)) {
                return misfit();
            }
            return Shape::from(&Type::String).or_null(nullable);
        }
        Binary::And | Binary::Or => truth(&from.kind) && truth(&to.kind),
        Binary::Like | Binary::NotLike | Binary::ILike | Binary::NotILike => {
            text(&from) && text(&to) && !matches!(to.ty, Some(Type::FixedString(_)))
        }
        Binary::In | Binary::NotIn => {
            let values: Vec<(&Expr<A>, &Shape)> = match (right, &to.kind) {
                (Expr::Tuple(items), Kind::Tuple(kinds)) => items.iter().zip(kinds).collect(),
                _ => vec![(right, &to)],
            };
            // Of other values than literals ClickHouse says that they may be NULL.
            hidden = !values.iter().all(|(value, _)| matches!(value, Expr::Literal(_, _)));
            let alike = |to: &Shape| match (&from.ty, &to.ty) {
                (Some(Type::Array(_)), _) => false,
                (Some(from), Some(to)) => common(from, to).is_some(),
                _ => true,
            };
            // ClickHouse makes decimals of the numbers, all of which have to be ones of this many digits.
            if let Some(ty @ Type::Decimal { .. }) = &from.ty
                && let Some((value, _)) = values.iter().find(|(value, _)| {
                    matches!(literal(value), Some(number @ Literal::Number(_)) if !literal_fits(number, ty))
                })
            {
                let message = format!("`{}` looks for what is no {ty}", operator.text());
                misfits.push(Misfit { at: place(value), message });
                return Shape::unknown();
            }
            let one_by_one = values.iter().all(|(value, to)| literal(value).is_some() || alike(to));
            let many = matches!(from.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
            let null = values.iter().any(|(value, _)| literal(value) == Some(&Literal::Null));
            let searched = !from.is_mixed() && (!hidden || one_by_one) && !(many && (hidden || null));
            searched
                && values
                    .into_iter()
                    .all(|(value, to)| comparable((literal(left), &from), (literal(value), to)))
        }
        _ => {
            let sides = [(left, &to), (right, &from)];
            let large = sides
                .into_iter()
                .find(|(number, other)| numbers::overflows(literal(number), other.ty.as_ref()));
            if let Some((number, other)) = large {
                let message = format!(
                    "this number is too large to be compared with {}, whose bytes have no room for it",
                    other.ty.as_ref().map_or_else(String::new, Type::to_string)
                );
                misfits.push(Misfit { at: place(number), message });
                return Shape::unknown();
            }
            let decimal = from.kind == Kind::Decimal || to.kind == Kind::Decimal;
            let computed = |side: &Expr<A>, shape: &Shape| {
                literal(side).is_none() && matches!(shape.kind, Kind::Whole | Kind::Wide)
            };
            if decimal
                && is_folded(left)
                && is_folded(right)
                && (computed(left, &from) || computed(right, &to))
            {
                let message = format!(
                    "`{}` computes what is the same for all rows: write what comes out",
                    operator.text()
                );
                misfits.push(Misfit { at: place(left).or(place(right)), message });
                return Shape::unknown();
            }
            comparable((literal(left), &from), (literal(right), &to))
        }
    };
    let bool = |shape: &Shape| shape.ty == Some(Type::Bool);
    let ty = match operator {
        Binary::And | Binary::Or if bool(&from) || bool(&to) => Type::Bool,
        _ => Type::UInt8,
    };
    if fits { Shape::from(&ty).or_null(nullable || hidden) } else { misfit() }
}

/// Whether it is a number that stands there, or an interval of such numbers, by which every moment can be moved.
fn is_step<A>(expr: &Expr<A>) -> bool {
    match expr {
        Expr::Literal(Literal::Number(digits), _) => {
            digits.parse::<f64>().is_ok_and(|number| number.abs() <= 1e9)
        }
        Expr::Call { function, arguments, .. } if function.text.starts_with("toInterval") => {
            arguments.iter().all(is_step)
        }
        Expr::Unary(Unary::Minus, of) => is_step(of),
        Expr::Binary(Binary::Plus | Binary::Minus, left, right) => is_step(left) && is_step(right),
        Expr::Tuple(steps) => steps.iter().all(is_step),
        _ => false,
    }
}

/// What becomes of a day or a moment that is moved by a number or an interval, and what lies between two.
fn moved(operator: Binary, left: &Type, right: &Type) -> Option<Type> {
    let point = |ty: &Type| {
        matches!(
            ty,
            Type::Date
                | Type::Date32
                | Type::DateTime(_)
                | Type::DateTime64 { .. }
                | Type::Time
                | Type::Time64(_)
        )
    };
    match (operator, left, right) {
        (Binary::Plus, step, at) if point(at) && !point(step) => moved_by(at, step),
        (Binary::Plus | Binary::Minus, at, step) if point(at) && !point(step) => moved_by(at, step),
        (Binary::Plus | Binary::Minus, Type::Interval(one), Type::Interval(other)) => Some(if one == other {
            left.clone()
        } else {
            let part = |ty: &Type| Element { name: None, ty: ty.clone() };
            Type::Tuple(vec![part(left), part(right)])
        }),
        // Several steps, one after the other.
        (Binary::Plus, Type::Tuple(steps), Type::Interval(_))
            if steps.iter().all(|step| matches!(step.ty, Type::Interval(_))) =>
        {
            let mut steps = steps.clone();
            steps.push(Element { name: None, ty: right.clone() });
            Some(Type::Tuple(steps))
        }
        (Binary::Minus, Type::Date, Type::Date) => Some(Type::Int32),
        (Binary::Minus, Type::DateTime(_), Type::DateTime(_)) => Some(Type::Int32),
        (
            Binary::Minus,
            Type::DateTime(_) | Type::DateTime64 { .. },
            Type::DateTime(_) | Type::DateTime64 { .. },
        ) => {
            let precision = |ty: &Type| match ty {
                Type::DateTime64 { precision, .. } => *precision,
                _ => 0,
            };
            Some(Type::Decimal { precision: 18, scale: precision(left).max(precision(right)) })
        }
        _ => None,
    }
}

/// A point in time after a step.
pub(in crate::expr) fn moved_by(at: &Type, step: &Type) -> Option<Type> {
    let number = matches!(
        numbers::Number::of(step),
        Some(numbers::Number::Integer { bits: ..=64, .. } | numbers::Number::Float { bits: 32 | 64 })
    );
    if number {
        return Some(at.clone());
    }
    // One after the other.
    if let Type::Tuple(steps) = step {
        return steps.iter().try_fold(at.clone(), |at, step| moved_by(&at, &step.ty));
    }
    let Type::Interval(unit) = step else { return None };
    let (small, digits) = match unit {
        Unit::Nanosecond => (true, 9),
        Unit::Microsecond => (true, 6),
        Unit::Millisecond => (true, 3),
        Unit::Second | Unit::Minute | Unit::Hour => (true, 0),
        _ => (false, 0),
    };
    Some(match at {
        Type::Date | Type::Date32 if !small => at.clone(),
        Type::Date if digits == 0 => Type::DateTime(None),
        Type::Date32 if digits == 0 => Type::DateTime64 { precision: 3, zone: None },
        Type::DateTime(_) if digits == 0 => at.clone(),
        Type::DateTime(_) => Type::DateTime64 { precision: digits, zone: None },
        Type::DateTime64 { precision, .. } => {
            Type::DateTime64 { precision: digits.max(*precision), zone: None }
        }
        Type::Time if small && digits == 0 => Type::Time,
        Type::Time64(precision) if small => Type::Time64(digits.max(*precision)),
        _ => return None,
    })
}

/// Whether ClickHouse shows a value as text where text is wanted.
pub(super) fn is_shown(ty: &Type) -> bool {
    !ty.any(&|ty| matches!(ty, Type::AggregateFunction(_) | Type::Geo(_)))
}

/// Whether ClickHouse compares two arguments.
pub(in crate::expr) fn compares(one: &Given<'_>, other: &Given<'_>) -> bool {
    comparable((one.literal, one.shape), (other.literal, other.shape))
}

/// Whether ClickHouse compares values of two types.
pub(in crate::expr) fn compares_types(one: &Type, other: &Type) -> bool {
    comparable((None, &Shape::from(one)), (None, &Shape::from(other)))
}

type Side<'a> = (Option<&'a Literal>, &'a Shape);

fn literal<A>(expr: &Expr<A>) -> Option<&Literal> {
    match expr {
        Expr::Literal(literal, _) => Some(literal),
        _ => None,
    }
}

/// Whether ClickHouse compares two values. It reads a string literal as what the other one is, where that is no number.
fn comparable((left, from): Side<'_>, (right, to): Side<'_>) -> bool {
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
        (Kind::Array(_), Kind::Array(_)) => match (&from.ty, &to.ty) {
            (Some(from), Some(to)) => common(from, to).is_some(),
            _ => true,
        },
        (Kind::Tuple(from), Kind::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| one_by_one(from, to))
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

pub(super) fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Whole | Kind::Wide | Kind::Float | Kind::Decimal)
}
