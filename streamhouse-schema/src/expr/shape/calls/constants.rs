//! Conversions of what is the same for all rows: whatever cannot be converted is found when the table is created, and refused.

use super::{Given, Gives};
use crate::compile::literal_fits;
use crate::expr::Literal;
use crate::expr::functions::Known;
use crate::expr::shape::numbers::Number;
use crate::expr::shape::{COMPARISONS, Kind};
use crate::types::Type;

const ARITHMETIC: &[&str] = &["plus", "minus", "multiply", "divide", "modulo"];
/// Endings of functions that give something else for what they cannot convert.
const FORGIVING: &[&str] = &["OrZero", "OrNull", "OrDefault"];

/// Why a function does not convert the constant that it is given.
pub(super) fn misfit(name: &str, known: &Known, given: &[Given<'_>]) -> Option<String> {
    let [first, ..] = given else { return None };
    if overflows(name, given) {
        return Some(format!("`{name}` computes what is the same for all rows: write what comes out"));
    }
    // It may lie before 1970.
    if name == "toUnixTimestamp"
        && first.folded
        && first.literal.is_none()
        && matches!(first.shape.ty, Some(Type::DateTime64 { .. }))
    {
        return Some(written_out(name));
    }
    let to = converted_to(name, known, given)?;
    if matches!(to, Type::Decimal { .. })
        && let Some(number @ Literal::Number(_)) = first.literal
        && !literal_fits(number, &to)
    {
        return Some(format!("`{name}` makes {to} of this number, which has no room for it"));
    }
    let refuses = match first.shape.kind {
        Kind::Text => {
            return match first.literal {
                Some(Literal::Text(text)) if !is_read(text, &to) => {
                    Some(format!("`{name}` makes {to} of this text, which is none"))
                }
                None if first.folded && !matches!(to, Type::String | Type::FixedString(_)) => {
                    Some(written_out(name))
                }
                _ => None,
            };
        }
        Kind::Decimal => to != Type::String,
        // It may be no number, or one without end.
        Kind::Float => is_integer(&to) || matches!(to, Type::Decimal { .. }),
        _ => matches!(to, Type::Decimal { .. }),
    };
    (refuses && first.constant && first.literal.is_none()).then(|| written_out(name))
}

/// Whether it computes decimals out of constants, or compares them with a number for which they may have no room.
fn overflows(name: &str, given: &[Given<'_>]) -> bool {
    let decimal = given.iter().any(|one| one.shape.kind == Kind::Decimal);
    let computed =
        given.iter().any(|one| one.literal.is_none() && matches!(one.shape.kind, Kind::Whole | Kind::Wide));
    let refuses = ARITHMETIC.contains(&name)
        || computed && (COMPARISONS.contains(&name) || ["greatest", "least"].contains(&name));
    refuses && decimal && given.iter().all(|one| one.folded)
}

fn written_out(name: &str) -> String {
    format!("`{name}` converts what is the same for all rows: write what comes out")
}

/// What a function converts to, if that is what it does, and it refuses what cannot be converted.
fn converted_to(name: &str, known: &Known, given: &[Given<'_>]) -> Option<Type> {
    let cast = name.eq_ignore_ascii_case("cast");
    let named = name.strip_prefix("to").is_some_and(|rest| {
        ["Int", "UInt", "Float", "Decimal", "Date", "UUID", "IPv", "FixedString"]
            .iter()
            .any(|start| rest.starts_with(start))
            && !rest.starts_with("Interval")
            && !FORGIVING.iter().any(|ending| rest.ends_with(ending))
    });
    match known.gives {
        _ if !(cast || named) => None,
        // What may be NULL becomes it where it cannot be converted.
        Gives::By(by) => by(given).filter(|ty| !ty.is_nullable()),
        Gives::Is(ty) => Some(ty()),
        _ => None,
    }
}

/// Whether ClickHouse reads a text as a value of a type.
fn is_read(text: &str, ty: &Type) -> bool {
    let written = Literal::Text(text.to_string());
    let fits = |ty: &Type| literal_fits(&written, ty);
    match ty {
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            fits(ty) || fits(&Type::Date) || literal_fits(&Literal::Number(text.to_string()), ty)
        }
        ty if is_integer(ty) || matches!(ty, Type::Float32 | Type::Float64 | Type::BFloat16) => {
            literal_fits(&Literal::Number(text.to_string()), ty)
        }
        Type::Bool => ["true", "false", "1", "0"].contains(&text),
        ty => fits(ty),
    }
}

fn is_integer(ty: &Type) -> bool {
    matches!(Number::of(ty), Some(Number::Integer { .. }))
}
