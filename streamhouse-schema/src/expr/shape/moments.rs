//! Days and moments that are moved.

use super::Number;
use crate::expr::{Binary, Expr, Literal, Unary};
use crate::types::{Element, Type, Unit};

/// Whether it is a number that stands there, or an interval of such numbers, by which every moment can be moved.
pub(super) fn is_step<A>(expr: &Expr<A>) -> bool {
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
pub(super) fn moved(operator: Binary, left: &Type, right: &Type) -> Option<Type> {
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
        Number::of(step),
        Some(Number::Integer { bits: ..=64, .. } | Number::Float { bits: 32 | 64 })
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
