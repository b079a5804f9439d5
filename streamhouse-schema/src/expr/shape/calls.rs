//! What calls yield.

use super::super::functions::{Gives, Nulls, Takes, find, interval, is_sum};
use super::super::{Binary, Literal, Name};
use super::numbers::Number;
use super::{Kind, Misfit, Shape, arithmetic, common, operators::is_shown};
use crate::engine;
use crate::types::Type;

/// An argument: what it is, and its value where it stands there.
#[derive(Clone, Copy)]
pub(in crate::expr) struct Given<'a> {
    pub(in crate::expr) shape: &'a Shape,
    pub(in crate::expr) literal: Option<&'a Literal>,
    /// Whether it is the same for all rows.
    pub(in crate::expr) constant: bool,
}

/// Endings of aggregate functions that change what they take or give.
const COMBINATORS: &[&str] = &["If", "State", "Distinct", "OrDefault", "OrNull"];

/// An aggregate function with such an ending, without it.
fn combined(name: &str) -> Option<(&str, &'static str)> {
    let (base, ending) = COMBINATORS.iter().find_map(|ending| Some((name.strip_suffix(ending)?, *ending)))?;
    (is_sum(base) || combined(base).is_some()).then_some((base, ending))
}

fn combination<A: Copy>(
    (base, at): (&str, A),
    combinator: &str,
    given: &[Given<'_>],
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let base = Name { text: base.into(), at };
    match (combinator, given) {
        ("If", [rest @ .., condition]) if Takes::Truth.fit(condition) => call(&base, rest, misfits),
        ("If", [.., condition]) => {
            let message = format!(
                "`{}If` takes a condition at the end, and this is {}",
                base.text, condition.shape.kind
            );
            misfits.push(Misfit { at: Some(at), message });
            Shape::unknown()
        }
        // What is summed up so far, which nothing but other such functions takes.
        ("State", _) => {
            call(&base, given, misfits);
            Shape::unknown()
        }
        ("OrNull", _) => call(&base, given, misfits).or_null(true),
        _ => call(&base, given, misfits),
    }
}

pub(super) fn call<A: Copy>(function: &Name<A>, given: &[Given<'_>], misfits: &mut Vec<Misfit<A>>) -> Shape {
    let (name, at) = (function.text.as_str(), function.at);
    if let Some((base, combinator)) = combined(name) {
        return combination((base, at), combinator, given, misfits);
    }
    let Some(known) = find(name) else { return Shape::unknown() };
    let mut misfit = |message: String| {
        misfits.push(Misfit { at: Some(at), message });
        Shape::unknown()
    };
    if !known.count().contains(&given.len()) {
        let count = known.count();
        let count = match (count.start(), count.end()) {
            (1, 1) => "1 argument".into(),
            (from, to) if from == to => format!("{from} arguments"),
            (from, &usize::MAX) => format!("{from} or more arguments"),
            (from, to) => format!("{from} to {to} arguments"),
        };
        return misfit(format!("`{name}` takes {count}, and here it has {}", given.len()));
    }
    for (position, one) in given.iter().enumerate() {
        let Some(takes) = known.takes(position) else { continue };
        if known.nulls == Nulls::Refused && one.shape.nullable {
            return misfit(format!(
                "`{name}` takes no NULL, and this may be it: say what it then is, with `ifNull(…, …)`"
            ));
        }
        let before = given[..position].iter().find_map(|one| one.shape.ty.as_ref());
        if takes == Takes::Zone
            && before.is_some_and(|ty| !matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. }))
            && !name.starts_with("toDate")
        {
            return misfit(format!("`{name}` takes {takes}, and this is none"));
        }
        if !takes.fit(one) {
            let which = match position {
                0 => String::new(),
                position => format!(" as argument {}", position + 1),
            };
            let found = match takes {
                Takes::Part | Takes::FinePart => "this is none".into(),
                Takes::Word | Takes::Figure | Takes::Zone | Takes::Byte | Takes::Range => {
                    "a literal is wanted".into()
                }
                _ => format!("this is {}", one.shape.kind),
            };
            return misfit(format!("`{name}` takes {takes}{which}, and {found}"));
        }
    }
    // What does not fit is found when the table is created.
    let converted = name.starts_with("toDecimal")
        || given.first().is_some_and(|one| one.shape.kind == Kind::Decimal) && name.starts_with("to");
    if converted && given.first().is_some_and(|one| one.constant && one.literal.is_none()) {
        return misfit(format!("`{name}` converts what is the same for all rows: write what comes out"));
    }
    let nullable = match known.nulls {
        // ClickHouse writes what is not there as an empty text.
        Nulls::Pass if name == "toString" => given.iter().any(|one| one.shape.nullable),
        Nulls::Pass => given.iter().any(|one| one.shape.passes_null()),
        Nulls::Never | Nulls::Own | Nulls::Refused => false,
    };
    let first = || given.first().map_or(Shape::unknown(), |one| one.shape.clone());
    let shapes = |from: usize| -> Vec<Shape> {
        given.get(from..).unwrap_or_default().iter().map(|one| one.shape.clone()).collect()
    };
    let result = match known.gives {
        Gives::Is(ty) => Shape::from(&ty()),
        Gives::Same => first().or_null(false),
        Gives::Unknown => match interval(name) {
            Some(unit) => Shape::from(&Type::Interval(unit)),
            None => Shape::unknown(),
        },
        Gives::By(by) => match by(given) {
            Some(ty) => Shape::from(&ty),
            None if given.iter().any(|one| one.shape.ty.is_none()) => Shape::unknown(),
            None => {
                let kinds: Vec<String> = given.iter().map(|one| one.shape.kind.to_string()).collect();
                return misfit(format!("`{name}` does not take {}", kinds.join(" and ")));
            }
        },
        Gives::Assumed => return first().or_null(false),
        Gives::OrNull => return first().or_null(true),
        // NULL only where every choice is.
        Gives::FirstThatIs => {
            let nullable = given.iter().all(|one| one.shape.nullable);
            let end = given.iter().position(|one| !one.shape.nullable).map_or(given.len(), |at| at + 1);
            return one_of(name, Some(at), &shapes(0)[..end], misfits).or_null(nullable);
        }
        Gives::OneFrom(from) => return one_of(name, Some(at), &shapes(from), misfits),
        Gives::EverySecond => {
            if given.len().is_multiple_of(2) {
                return misfit(format!(
                    "`{name}` takes conditions, each with a value behind it, and a value for the rest"
                ));
            }
            let conditions = given.iter().step_by(2).take(given.len() / 2);
            if let Some(other) = conditions.into_iter().find(|one| !Takes::Truth.fit(one)) {
                return misfit(format!(
                    "`{name}` takes conditions before values, and this is {}",
                    other.shape.kind
                ));
            }
            let all = shapes(0);
            let choices: Vec<Shape> = all
                .iter()
                .skip(1)
                .step_by(2)
                .chain(all.last().filter(|_| all.len() % 2 == 1))
                .cloned()
                .collect();
            return one_of(name, Some(at), &choices, misfits);
        }
        Gives::Extreme => {
            return extreme(name, at, &shapes(0), misfits);
        }
        Gives::List => return one_of(name, Some(at), &shapes(0), misfits).listed(),
        Gives::Keys | Gives::Values | Gives::Item => {
            return match (known.gives, first().kind) {
                (Gives::Keys, Kind::Map(key, _)) => key.listed(),
                (Gives::Values, Kind::Map(_, value)) => value.listed(),
                (Gives::Item, Kind::Array(item)) => {
                    let list = matches!(item.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
                    let nullable = (nullable || item.nullable) && !list;
                    item.or_null(nullable)
                }
                _ => Shape::unknown(),
            };
        }
        Gives::Tuple => return Shape::together(shapes(0)),
        Gives::Map => {
            let every = |skip: usize| shapes(0).into_iter().skip(skip).step_by(2).collect::<Vec<_>>();
            if given.is_empty() {
                let unknown = || Box::new(Shape::unknown());
                return Shape::of(Kind::Map(unknown(), unknown()));
            }
            if !given.len().is_multiple_of(2) {
                return misfit(format!("`{name}` takes pairs of a key and a value"));
            }
            if given.iter().step_by(2).any(|one| one.shape.nullable) {
                return misfit(format!("a key of `{name}` is never NULL, and this may be it"));
            }
            let key = one_of(name, Some(at), &every(0), misfits);
            let value = one_of(name, Some(at), &every(1), misfits);
            return match (key.whole(), value.whole()) {
                (Some(key), Some(value)) => Shape::from(&Type::Map(Box::new(key), Box::new(value))),
                _ => Shape::of(Kind::Map(Box::new(key), Box::new(value))),
            };
        }
    };
    // ClickHouse has no lists, maps and tuples that may be NULL as a whole.
    if nullable && matches!(result.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_)) {
        return misfit(format!("`{name}` gives {}, and for NULL there is none", result.kind));
    }
    let nullable = nullable || result.nullable;
    result.or_null(nullable)
}

/// The greatest or the least of several values. Two numbers ClickHouse brings together as it does to add them.
fn extreme<A: Copy>(name: &str, at: A, given: &[Shape], misfits: &mut Vec<Misfit<A>>) -> Shape {
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

/// One of several values, which have to have a type in common: else ClickHouse makes a Variant of them, which sorts and
/// ends nothing.
pub(super) fn one_of<A: Copy>(
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
            _ if std::mem::discriminant(&chosen.kind) == std::mem::discriminant(&other.kind) => {
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
    super::is_number(&shape.kind)
}

/// Units of time, as functions of dates know them.
const UNITS: &[&str] = &["second", "minute", "hour", "day", "week", "month", "quarter", "year"];

/// Those below a second.
const FINE_UNITS: &[&str] = &["millisecond", "microsecond", "nanosecond"];

/// `10.0.0.0/8`, `::1/128`.
fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    match (address.parse::<std::net::IpAddr>(), bits.parse::<u8>()) {
        (Ok(address), Ok(bits)) => bits <= if address.is_ipv4() { 32 } else { 128 },
        _ => false,
    }
}

impl Takes {
    /// Whether ClickHouse takes the argument; of what is not known it is not asked.
    pub(in crate::expr) fn fit(self, given: &Given<'_>) -> bool {
        match (self, given.literal) {
            (Takes::Anything, _) => return true,
            (_, Some(Literal::Null)) => return false,
            (Takes::Word, literal) => return matches!(literal, Some(Literal::Text(_))),
            (Takes::Zone, literal) => {
                return matches!(literal, Some(Literal::Text(zone)) if engine::knows_zone(zone));
            }
            (Takes::Part, literal) => {
                return matches!(literal, Some(Literal::Text(unit)) if UNITS.contains(&unit.as_str()));
            }
            (Takes::FinePart, literal) => {
                return matches!(literal, Some(Literal::Text(unit))
                    if UNITS.contains(&unit.as_str()) || FINE_UNITS.contains(&unit.as_str()));
            }
            (Takes::Byte, literal) => return matches!(literal, Some(Literal::Text(byte)) if byte.len() == 1),
            (Takes::Range, literal) => {
                return matches!(literal, Some(Literal::Text(range)) if is_range(range));
            }
            (Takes::Figure, literal) => return matches!(literal, Some(Literal::Number(_))),
            // A literal is converted before there is a table, and then it is seen whether it can be.
            (Takes::Date | Takes::Read | Takes::ReadOrUuid, Some(Literal::Text(_))) => return true,
            _ => {}
        }
        if self == Takes::Span && !given.constant {
            return false;
        }
        match &given.shape.ty {
            Some(ty) => self.takes(ty),
            None => match (&given.shape.kind, self) {
                (Kind::Unknown, _) => true,
                (Kind::Array(_), takes) => matches!(
                    takes,
                    Takes::List | Takes::TextOrList | Takes::Numbers | Takes::Texts | Takes::Filled
                ),
                (Kind::Map(..), takes) => matches!(takes, Takes::Map | Takes::TextOrList | Takes::Filled),
                (Kind::Tuple(_), takes) => matches!(takes, Takes::Tuple),
                _ => false,
            },
        }
    }

    fn takes(self, ty: &Type) -> bool {
        let integer = |ty: &Type| {
            matches!(
                super::numbers::Number::of(ty),
                Some(super::numbers::Number::Integer { bits: ..=64, .. })
            )
        };
        let wide = |ty: &Type| {
            matches!(super::numbers::Number::of(ty), Some(super::numbers::Number::Integer { .. }))
        };
        let float = |ty: &Type| matches!(ty, Type::Float32 | Type::Float64);
        let real = |ty: &Type| wide(ty) || float(ty);
        let number = |ty: &Type| real(ty) || matches!(ty, Type::Decimal { .. });
        let text = |ty: &Type| matches!(ty, Type::String | Type::FixedString(_));
        let date = |ty: &Type| matches!(ty, Type::Date | Type::Date32);
        let moment = |ty: &Type| matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. });
        match self {
            Takes::Anything
            | Takes::Word
            | Takes::Figure
            | Takes::Zone
            | Takes::Part
            | Takes::FinePart
            | Takes::Byte
            | Takes::Range => true,
            Takes::Plain if matches!(ty, Type::Dynamic(_) | Type::Variant(_)) => false,
            Takes::Plain => is_shown(ty) && !matches!(ty, Type::Array(_) | Type::Map(..) | Type::Tuple(_)),
            Takes::Shown => is_shown(ty),
            Takes::Hashed => !ty.any(&|ty| {
                matches!(
                    ty,
                    Type::AggregateFunction(_)
                        | Type::Json(_)
                        | Type::Variant(_)
                        | Type::Dynamic(_)
                        | Type::Interval(_)
                )
            }),
            // What text becomes depends on what it says; a row that says something else is refused.
            Takes::Date => date(ty) || moment(ty) || integer(ty) || float(ty) || text(ty),
            Takes::Read => date(ty) || moment(ty) || number(ty) || text(ty),
            Takes::ReadOrUuid => matches!(ty, Type::Uuid) || Takes::Read.takes(ty),
            Takes::Moment => moment(ty),
            Takes::Fine => matches!(ty, Type::DateTime64 { .. }),
            Takes::Time => date(ty) || moment(ty),
            Takes::Text => text(ty),
            Takes::String => matches!(ty, Type::String),
            Takes::Integer => integer(ty),
            Takes::Whole => wide(ty),
            Takes::Step => integer(ty) || float(ty),
            Takes::Number => number(ty),
            Takes::Truth => matches!(ty, Type::UInt8 | Type::Bool),
            Takes::TextOrList => text(ty) || matches!(ty, Type::Array(_) | Type::Map(..)),
            Takes::Filled => {
                text(ty) || matches!(ty, Type::Array(_) | Type::Map(..) | Type::Uuid | Type::Ipv6)
            }
            Takes::List => matches!(ty, Type::Array(_)),
            Takes::Numbers => matches!(ty, Type::Array(item) if number(item)),
            Takes::Texts => matches!(ty, Type::Array(item) if text(item)),
            Takes::Map => matches!(ty, Type::Map(..)),
            Takes::Tuple => matches!(ty, Type::Tuple(_)),
            Takes::Uuid => matches!(ty, Type::Uuid),
            Takes::Ipv4 => matches!(ty, Type::Ipv4 | Type::UInt8 | Type::UInt16 | Type::UInt32),
            Takes::Address => matches!(ty, Type::Ipv4 | Type::Ipv6),
            Takes::Span => matches!(ty, Type::Interval(_)),
            Takes::Ordered => !ty.any(&|ty| {
                matches!(
                    ty,
                    Type::AggregateFunction(_)
                        | Type::Json(_)
                        | Type::Variant(_)
                        | Type::Dynamic(_)
                        | Type::QBit(_)
                        | Type::Interval(_)
                )
            }),
        }
    }
}
