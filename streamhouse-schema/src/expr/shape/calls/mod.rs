//! What calls yield.

mod arguments;
mod choices;
mod constants;

use super::{Kind, Misfit, Shape};
use crate::expr::functions::{Gives, Nulls, Takes, find, interval, is_sum};
use crate::expr::{Literal, Name};
use crate::types::Type;

use super::operators::{missing, without_zero};
pub(super) use choices::one_of;
use choices::{extreme, is_case};

/// An argument: what it is, and its value where it stands there.
#[derive(Clone, Copy)]
pub(in crate::expr) struct Given<'a> {
    pub(in crate::expr) shape: &'a Shape,
    pub(in crate::expr) literal: Option<&'a Literal>,
    /// Whether it is the same for all rows.
    pub(in crate::expr) constant: bool,
    /// Whether ClickHouse computes it when the table is created.
    pub(in crate::expr) folded: bool,
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

/// The element of a tuple whose number stands there; nobody knows those of a tuple that nobody knows.
fn element(given: &[Given<'_>]) -> Option<Shape> {
    match (&given.first()?.shape.kind, given.get(1)?.literal?) {
        (Kind::Tuple(elements), Literal::Number(index)) => {
            elements.get(index.parse::<usize>().ok()?.checked_sub(1)?).cloned()
        }
        _ => Some(Shape::unknown()),
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
    if let Some(message) = arguments::misfit(name, known, given) {
        return misfit(message);
    }
    if let Some(message) = constants::misfit(name, known, given) {
        return misfit(message);
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
            // NULL becomes no value of a type without it, whatever else is not known.
            None if given.iter().any(|one| one.shape.ty.is_none())
                && !(name.eq_ignore_ascii_case("cast") && given[0].shape.nullable) =>
            {
                Shape::unknown()
            }
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
        Gives::Cased => {
            if !given.len().is_multiple_of(2) {
                return misfit(format!(
                    "`{name}` takes what is compared, values, each with a result behind it, and a result for the rest"
                ));
            }
            let (of, cases) = (&given[0], given[1..given.len() - 1].iter().step_by(2));
            if let Some(other) = cases.into_iter().find(|case| !is_case(of, case)) {
                return misfit(format!(
                    "`{name}` does not compare {} and {}",
                    of.shape.kind, other.shape.kind
                ));
            }
            let choices: Vec<Shape> =
                shapes(2).into_iter().step_by(2).chain(shapes(given.len() - 1)).collect();
            let chosen = one_of(name, Some(at), &choices, misfits);
            // ClickHouse computes it as `multiIf` by columns, which does not know these.
            if chosen.ty == Some(Type::BFloat16) {
                misfits.push(Misfit { at: Some(at), message: format!("`{name}` does not give BFloat16") });
            }
            return chosen;
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
                    if let Some(ty) = without_zero(&item).filter(|_| !item.nullable) {
                        return misfit(missing(false, ty));
                    }
                    let list = matches!(item.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
                    let nullable = (nullable || item.nullable) && !list;
                    item.or_null(nullable)
                }
                _ => Shape::unknown(),
            };
        }
        Gives::Element => {
            let Some(element) = element(given) else {
                return misfit(format!(
                    "`{name}` takes a tuple and the number of an element of it, from 1 on"
                ));
            };
            element
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
