//! Whether a literal is a value of a column's type, as strictly as Rust would have it: nothing is rounded, cut or wrapped
//! around in silence.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::expr::Literal;
use crate::types::Type;

/// Whether the column can hold the literal.
pub(crate) fn fits(literal: &Literal, ty: &Type) -> bool {
    match literal {
        Literal::Null => ty.is_nullable(),
        Literal::Bool(_) => matches!(ty.inner(), Type::Bool),
        Literal::Text(text) => text_fits(text, ty.inner()),
        Literal::Number(digits) => number_fits(digits, ty.inner()),
    }
}

fn text_fits(text: &str, ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::FixedString(bytes) => text.len() <= *bytes as usize,
        Type::Uuid => is_uuid(text),
        Type::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Type::Ipv6 => text.parse::<Ipv6Addr>().is_ok() || text.parse::<Ipv4Addr>().is_ok(),
        Type::Date => day(text).is_some_and(|year| (1970..=2149).contains(&year)),
        Type::Date32 => day(text).is_some_and(|year| (1900..=2299).contains(&year)),
        Type::DateTime(_) => moment(text, 0).is_some_and(|year| (1970..=2105).contains(&year)),
        Type::DateTime64 { precision, .. } => {
            let last = if *precision == 9 { 2261 } else { 2299 };
            moment(text, *precision).is_some_and(|year| (1900..=last).contains(&year))
        }
        Type::Decimal { .. } => number_fits(text, ty),
        Type::Enum { values, .. } => values.iter().any(|(name, _)| name == text),
        Type::Time => clock(text, 0),
        Type::Time64(precision) => clock(text, *precision),
        Type::Json(_) => serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok(),
        _ => false,
    }
}

fn number_fits(digits: &str, ty: &Type) -> bool {
    match ty {
        Type::Float64 => digits.parse::<f64>().is_ok_and(f64::is_finite),
        Type::Float32 | Type::BFloat16 => digits.parse::<f32>().is_ok_and(f32::is_finite),
        Type::Decimal { precision, scale } => decimal_fits(digits, *precision, *scale),
        Type::DateTime(_) => digits.parse::<u32>().is_ok(),
        Type::DateTime64 { .. } => digits.parse::<u32>().is_ok(),
        Type::UInt8 => digits.parse::<u8>().is_ok(),
        Type::UInt16 => digits.parse::<u16>().is_ok(),
        Type::UInt32 => digits.parse::<u32>().is_ok(),
        Type::UInt64 => digits.parse::<u64>().is_ok(),
        Type::Int8 => digits.parse::<i8>().is_ok(),
        Type::Int16 => digits.parse::<i16>().is_ok(),
        Type::Int32 => digits.parse::<i32>().is_ok(),
        Type::Int64 => digits.parse::<i64>().is_ok(),
        // ClickHouse reads a larger number as a float, and rounds it.
        Type::Int128 | Type::Int256 => digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok(),
        Type::UInt128 | Type::UInt256 => digits.parse::<u64>().is_ok(),
        _ => false,
    }
}

fn decimal_fits(digits: &str, precision: u8, scale: u8) -> bool {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let whole_digits = whole.trim_start_matches('0').len();
    !whole.is_empty()
        && is_digits(whole)
        && is_digits(fraction)
        && fraction.len() <= usize::from(scale)
        && whole_digits <= usize::from(precision - scale)
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.chars().all(|c| c.is_ascii_hexdigit()))
}

/// The year of `YYYY-MM-DD`.
fn day(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then_some(year)
}

/// The year of `YYYY-MM-DD hh:mm:ss`, with at most as many digits after the second as the column has.
fn moment(text: &str, precision: u8) -> Option<u32> {
    let (date, time) = text.split_once(' ')?;
    day(date).filter(|_| clock(time, precision))
}

/// Whether it is `hh:mm:ss` of a day, with at most as many digits after the second as the column has.
fn clock(text: &str, precision: u8) -> bool {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = fraction.chars().all(|c| c.is_ascii_digit());
    let long = time.len() < text.len() && fraction.len() > usize::from(precision);
    let parts: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    let within = |part: &str, limit: u32| number(part, 2).is_some_and(|number| number < limit);
    digits && !fraction.is_empty() && !long && within(hour, 24) && within(minute, 60) && within(second, 60)
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.chars().all(|c| c.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_taken_as_it_is_or_not_at_all() {
        let text = |text: &str| Literal::Text(text.into());
        let number = |digits: &str| Literal::Number(digits.into());
        for (ty, good, bad) in [
            ("UInt8", number("255"), number("256")),
            ("Int8", number("-128"), number("-129")),
            ("UInt8", number("0"), number("1.5")),
            ("UInt8", number("0"), Literal::Bool(true)),
            ("Float32", number("1e38"), number("1e39")),
            ("Decimal(4, 2)", number("-99.99"), number("100")),
            ("Decimal(4, 2)", text("0.5"), number("0.005")),
            ("UUID", text("01234567-89ab-cdef-0123-456789abcdef"), text("01234567")),
            ("IPv4", text("10.0.0.1"), text("10.0.0")),
            ("Date", text("2024-02-29"), text("2023-02-29")),
            ("Date", text("2149-01-01"), text("1969-12-31")),
            ("DateTime('UTC')", text("2024-01-01 00:00:00"), text("2024-01-01 00:00:00.5")),
            ("DateTime64(1)", text("2024-01-01 23:59:59.5"), text("2024-01-01 24:00:00")),
            ("FixedString(2)", text("ab"), text("äb")),
            ("Enum8('a' = 1)", text("a"), text("b")),
            ("Time", text("23:59:59"), text("24:00:00")),
            ("Time64(3)", text("01:02:03.5"), text("01:02:03.")),
            ("JSON", text("{\"a\": 1}"), text("[1]")),
            ("BFloat16", number("1.5"), number("1e39")),
            ("Nullable(Int8)", Literal::Null, text("1")),
            ("String", text(""), Literal::Null),
        ] {
            let ty: Type = ty.parse().expect("a type");
            assert!(fits(&good, &ty), "{good:?} fits {ty}");
            assert!(!fits(&bad, &ty), "{bad:?} does not fit {ty}");
        }
    }
}
