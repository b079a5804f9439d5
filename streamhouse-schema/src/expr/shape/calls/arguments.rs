//! Which arguments functions take.

use super::Given;
use crate::engine;
use crate::expr::Literal;
use crate::expr::functions::{Known, Nulls, Takes};
use crate::expr::shape::Kind;
use crate::expr::shape::numbers::Number;
use crate::expr::shape::operators::{is_shown, without_zero};
use crate::types::Type;

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

/// What of the arguments of a function does not fit, or how many there are.
pub(super) fn misfit(name: &str, known: &Known, given: &[Given<'_>]) -> Option<String> {
    if !known.count().contains(&given.len()) {
        let count = known.count();
        let count = match (count.start(), count.end()) {
            (1, 1) => "1 argument".into(),
            (from, to) if from == to => format!("{from} arguments"),
            (from, &usize::MAX) => format!("{from} or more arguments"),
            (from, to) => format!("{from} to {to} arguments"),
        };
        return Some(format!("`{name}` takes {count}, and here it has {}", given.len()));
    }
    for (position, one) in given.iter().enumerate() {
        let Some(takes) = known.takes(position) else { continue };
        if known.nulls == Nulls::Refused && one.shape.nullable {
            return Some(format!(
                "`{name}` takes no NULL, and this may be it: say what it then is, with `ifNull(…, …)`"
            ));
        }
        let before = given[..position].iter().find_map(|one| one.shape.ty.as_ref());
        if takes == Takes::Zone
            && before.is_some_and(|ty| !matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. }))
            && !name.starts_with("toDate")
        {
            return Some(format!("`{name}` takes {takes}, and this is none"));
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
            return Some(format!("`{name}` takes {takes}{which}, and {found}"));
        }
        // Under a NULL lies the number 0, which these read.
        if ["toJSONString", "assumeNotNull"].contains(&name)
            && one.shape.nullable
            && let Some(ty) = without_zero(one.shape)
        {
            return Some(format!(
                "for NULL `{name}` takes the number 0, which {ty} does not name: say what it then is, with `ifNull(…, …)`"
            ));
        }
    }
    None
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
        let integer = |ty: &Type| matches!(Number::of(ty), Some(Number::Integer { bits: ..=64, .. }));
        let wide = |ty: &Type| matches!(Number::of(ty), Some(Number::Integer { .. }));
        let float = |ty: &Type| matches!(ty, Type::Float32 | Type::Float64);
        let real = |ty: &Type| wide(ty) || float(ty);
        let number = |ty: &Type| real(ty) || matches!(ty, Type::Decimal { .. });
        let text = |ty: &Type| matches!(ty, Type::String | Type::FixedString(_));
        let date = |ty: &Type| matches!(ty, Type::Date | Type::Date32);
        let moment = |ty: &Type| matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. });
        // Neither hashed nor compared.
        let mixed = |ty: &Type| {
            matches!(
                ty,
                Type::AggregateFunction(_)
                    | Type::Json(_)
                    | Type::Variant(_)
                    | Type::Dynamic(_)
                    | Type::Interval(_)
            )
        };
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
            Takes::Hashed => !ty.any(&mixed),
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
            Takes::Ordered => !ty.any(&|ty| mixed(ty) || matches!(ty, Type::QBit(_))),
        }
    }
}
