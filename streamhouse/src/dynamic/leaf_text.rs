//! Values that hold no others, as JSON: the way back from [`leaf`](super::leaf).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Number, Value};
use streamhouse_schema::base64;
use streamhouse_schema::types::Type;
use streamhouse_schema::value::{Integer, instant_text, integer_form};
use uuid::Uuid;

/// What is known of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// It is one.
    Plain,
    /// It holds bytes.
    Binary,
    /// Whatever its bytes are.
    Unknown,
}

/// The value that these bytes are, as many as the type has. `None` where they are none of it.
pub(super) fn value(ty: &Type, bytes: &[u8]) -> Option<Value> {
    let number = || whole(bytes, true);
    let small = || number().to_i128().and_then(|number| i64::try_from(number).ok());
    Some(match ty {
        Type::Bool => Value::Bool(bytes != [0]),
        Type::Float64 => float(f64::from_le_bytes(bytes.try_into().ok()?)),
        Type::Float32 => single(f32::from_le_bytes(bytes.try_into().ok()?)),
        // The upper half of a float of 32 bits.
        Type::BFloat16 => single(f32::from_bits(u32::from(u16::from_le_bytes(bytes.try_into().ok()?)) << 16)),
        Type::Decimal { scale, .. } => Value::from(decimal(&number().to_string(), usize::from(*scale))),
        Type::FixedString(_) => Value::from(base64::encode(bytes)),
        Type::Uuid => {
            let (high, low) = bytes.split_first_chunk::<8>()?;
            let uuid =
                Uuid::from_u64_pair(u64::from_le_bytes(*high), u64::from_le_bytes(low.try_into().ok()?));
            Value::from(uuid.to_string())
        }
        Type::Date => Value::from(day(whole(bytes, false).to_i128()?)?),
        Type::Date32 => Value::from(day(small()?.into())?),
        Type::DateTime(_) => Value::from(moment(whole(bytes, false).to_i128()?.try_into().ok()?, 0)),
        Type::DateTime64 { precision, .. } => {
            let (seconds, rest) = parts(small()?, *precision)?;
            Value::from(moment(seconds, rest))
        }
        Type::Time => Value::from(clock(small()?, 0)?),
        Type::Time64(precision) => Value::from(clock(small()?, *precision)?),
        Type::Ipv4 => Value::from(Ipv4Addr::from(u32::from_le_bytes(bytes.try_into().ok()?)).to_string()),
        Type::Ipv6 => Value::from(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        Type::Enum { values, .. } => {
            let number = small()?;
            match values.iter().find(|(_, known)| i64::from(*known) == number) {
                Some((name, _)) => Value::from(name.clone()),
                // It is none of the type, and may be the very reason why it is looked at.
                None => Value::from(number),
            }
        }
        ty => {
            let (_, signed) = integer_form(ty)?;
            let digits = whole(bytes, signed).to_string();
            if bytes.len() > 8 {
                return Some(Value::from(digits));
            }
            let number = digits.parse::<i64>().map(Number::from);
            Value::Number(number.or_else(|_| digits.parse::<u64>().map(Number::from)).ok()?)
        }
    })
}

/// The number of up to 32 bytes.
fn whole(bytes: &[u8], signed: bool) -> Integer {
    let negative = signed && bytes.last().is_some_and(|last| last & 0x80 != 0);
    let mut all = [if negative { 0xFF } else { 0 }; 32];
    let length = bytes.len().min(32);
    all[..length].copy_from_slice(&bytes[..length]);
    Integer::from_le_bytes(all, signed)
}

fn float(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::from("NaN"),
        None => Value::from(if value > 0.0 { "Infinity" } else { "-Infinity" }),
    }
}

/// By the fewest digits that are nearest to it among floats of 32 bits.
fn single(value: f32) -> Value {
    float(value.to_string().parse().unwrap_or_else(|_| f64::from(value)))
}

fn decimal(digits: &str, scale: usize) -> String {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let sign = &digits[..digits.len() - unsigned.len()];
    let padded = format!("{unsigned:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn day(days: i128) -> Option<String> {
    let seconds = i64::try_from(days).ok()?.checked_mul(86_400)?;
    instant_text(seconds, 0).split_once('T').map(|(day, _)| day.to_string())
}

fn moment(seconds: i64, nanoseconds: u32) -> String {
    let text = instant_text(seconds, nanoseconds);
    let digits = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    format!("{digits}Z")
}

/// Whole seconds, rounded down, and the nanoseconds after them.
fn parts(ticks: i64, precision: u8) -> Option<(i64, u32)> {
    let unit = 10_i64.checked_pow(precision.into())?;
    let rest =
        ticks.rem_euclid(unit).checked_mul(10_i64.checked_pow(9_u8.checked_sub(precision)?.into())?)?;
    Some((ticks.div_euclid(unit), u32::try_from(rest).ok()?))
}

fn clock(ticks: i64, precision: u8) -> Option<String> {
    let unit = 10_u64.checked_pow(precision.into())?;
    let (sign, ticks) = (if ticks < 0 { "-" } else { "" }, ticks.unsigned_abs());
    let (seconds, rest) = (ticks / unit, ticks % unit);
    let text = format!("{sign}{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        return Some(text);
    }
    let fraction = format!("{rest:0>width$}", width = usize::from(precision));
    Some(format!("{text}.{}", fraction.trim_end_matches('0')))
}
