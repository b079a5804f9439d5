//! What calls yield.

use super::super::functions::{Answer, FUNCTIONS, Takes};
use super::super::{Expr, Name};
use super::operators::is_number;
use super::{Integers, Kind, Misfit, Shape, shape};

/// `arrayMap(x -> …, list)` and its like: a variable is an element of its list.
pub(super) fn over_lists<A: Copy>(
    function: &Name<A>,
    (variables, body): (&[String], &Expr<A>),
    lists: &[Shape],
    column: &dyn Fn(&str) -> Option<Shape>,
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let name = function.text.as_str();
    let item = |list: &Shape| match &list.kind {
        Kind::Array(item) => Some((**item).clone()),
        _ => None,
    };
    if !name.starts_with("array") {
        return Shape::of(Kind::Unknown);
    }
    if let Some(other) = lists.iter().find(|list| list.kind != Kind::Unknown && item(list).is_none()) {
        misfits.push(Misfit {
            at: Some(function.at),
            message: format!("`{name}` takes lists, and this is {}", other.kind),
        });
        return Shape::of(Kind::Unknown);
    }
    let inner = |name: &str| match variables.iter().position(|variable| variable == name) {
        Some(position) => lists.get(position).and_then(item),
        None => column(name),
    };
    let of = shape(body, &inner, misfits);
    match name {
        "arrayMap" => Shape::of(Kind::Array(Box::new(of))),
        "arrayFilter" => lists.first().cloned().unwrap_or(Shape::of(Kind::Unknown)),
        "arrayExists" | "arrayAll" | "arrayCount" => Shape::of(Kind::Whole),
        _ => Shape::of(Kind::Unknown),
    }
}

pub(super) fn call<A: Copy>(
    function: &Name<A>,
    arguments: &[Expr<A>],
    given: &[Shape],
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let (name, at) = (function.text.as_str(), function.at);
    let Some(known) = FUNCTIONS.iter().find(|known| known.names.contains(&name)) else {
        return Shape::of(Kind::Unknown);
    };
    if !known.count.contains(&given.len()) {
        let count = match (known.count.start(), known.count.end()) {
            (1, 1) => "1 argument".into(),
            (from, to) if from == to => format!("{from} arguments"),
            (from, &usize::MAX) => format!("{from} or more arguments"),
            (from, to) => format!("{from} to {to} arguments"),
        };
        misfits.push(Misfit {
            at: Some(at),
            message: format!("`{name}` takes {count}, and here it has {}", given.len()),
        });
        return Shape::of(Kind::Unknown);
    }
    // A literal is converted before there is a table, and then it is seen whether it can be.
    let literal = matches!(arguments.first(), Some(Expr::Literal(_, _)));
    if let Some(first) = given.first()
        && !(takes(known.takes, &first.kind) || (literal && matches!(known.takes, Takes::Date)))
    {
        misfits.push(Misfit {
            at: Some(at),
            message: format!("`{name}` takes {}, and this is {}", known.takes, first.kind),
        });
    }
    let nullable = given.iter().any(|shape| shape.nullable);
    let first = || given.first().cloned().unwrap_or(Shape::of(Kind::Unknown));
    let kind = match known.answer {
        Answer::Kind(kind) => kind(),
        Answer::Same => first().kind,
        Answer::NeverNull(kind) => return Shape::of(kind()),
        Answer::Assumed => return Shape { nullable: false, ..first() },
        // NULL only where every choice is.
        Answer::FirstThatIs => {
            let nullable = given.iter().all(|shape| shape.nullable);
            return Shape { nullable, ..one_of(function, given, misfits) };
        }
        Answer::OneOfLastTwo => return one_of(function, &given[given.len() - 2..], misfits),
        Answer::Keys | Answer::Values => match first().kind {
            Kind::Map(key, value) => {
                Kind::Array(if matches!(known.answer, Answer::Keys) { key } else { value })
            }
            _ => Kind::Unknown,
        },
        Answer::Tuple => return Shape::of(Kind::Tuple(given.to_vec())),
        Answer::Map => match given {
            [key, value, ..] => Kind::Map(Box::new(key.clone()), Box::new(value.clone())),
            _ => Kind::Map(Box::new(Shape::of(Kind::Unknown)), Box::new(Shape::of(Kind::Unknown))),
        },
    };
    Shape { nullable, ..Shape::of(kind) }
}

/// One of several values, which have to have a type in common: else ClickHouse makes a Variant of them, which sorts and
/// ends nothing.
fn one_of<A: Copy>(function: &Name<A>, choices: &[Shape], misfits: &mut Vec<Misfit<A>>) -> Shape {
    let nullable = choices.iter().any(|choice| choice.nullable);
    let mut chosen = Shape { nullable, ..Shape::of(Kind::Unknown) };
    for other in choices.iter().filter(|choice| choice.kind != Kind::Unknown) {
        let whole = |shape: &Shape| shape.kind == Kind::Whole;
        let beyond = |one: &Shape, other: &Shape| {
            one.integers == Integers::Unsigned64
                && (other.integers == Integers::Signed || other.kind == Kind::Float)
        };
        if beyond(&chosen, other) || beyond(other, &chosen) {
            misfits.push(Misfit {
                at: Some(function.at),
                message: format!(
                    "`{}` chooses between UInt64 and signed or broken numbers, which have no type in common",
                    function.text
                ),
            });
            return Shape::of(Kind::Unknown);
        }
        match (&chosen.kind, &other.kind) {
            (Kind::Unknown, _) => chosen = Shape { nullable, ..other.clone() },
            (Kind::Whole, Kind::Float) | (Kind::Date, Kind::Time) => chosen.kind = other.kind.clone(),
            (Kind::Float, Kind::Whole) | (Kind::Time, Kind::Date) => {}
            (kind, same) if alike(kind, same) => {
                if whole(other) && other.integers != Integers::Any {
                    chosen.integers = other.integers;
                }
            }
            (kind, other) => {
                misfits.push(Misfit {
                    at: Some(function.at),
                    message: format!(
                        "`{}` chooses between {kind} and {other}, which have no type in common",
                        function.text
                    ),
                });
                return Shape::of(Kind::Unknown);
            }
        }
    }
    chosen
}

fn alike(left: &Kind, right: &Kind) -> bool {
    match (left, right) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => true,
        (Kind::Array(left), Kind::Array(right)) => alike(&left.kind, &right.kind),
        (Kind::Map(key, value), Kind::Map(other_key, other_value)) => {
            alike(&key.kind, &other_key.kind) && alike(&value.kind, &other_value.kind)
        }
        (Kind::Tuple(left), Kind::Tuple(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| alike(&left.kind, &right.kind))
        }
        (Kind::Other(left), Kind::Other(right)) => left == right,
        (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

fn takes(takes: Takes, kind: &Kind) -> bool {
    match (takes, kind) {
        (Takes::Anything, _) | (_, Kind::Unknown) => true,
        (Takes::Date, kind) => matches!(kind, Kind::Date | Kind::Time | Kind::Whole | Kind::Float),
        (Takes::Moment, Kind::Time) => true,
        (Takes::Time, Kind::Date | Kind::Time) => true,
        (Takes::Text, Kind::Text) => true,
        (Takes::Truth, Kind::Whole) => true,
        (Takes::Number, kind) => is_number(kind),
        (Takes::TextOrList, Kind::Text | Kind::Array(_) | Kind::Map(..)) => true,
        (Takes::Map, Kind::Map(..)) => true,
        _ => false,
    }
}
