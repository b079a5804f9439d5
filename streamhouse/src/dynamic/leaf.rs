//! Values that hold no others.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;
use streamhouse_schema::base64;
use streamhouse_schema::document::EXACT_DIGITS;
use streamhouse_schema::types::Type;
use streamhouse_schema::value::{DecimalError, Integer, clock, day, decimal, instant, integer_form};
use uuid::Uuid;

use super::number;
use crate::value::dates::{push_date, push_date_time, push_date_time64, push_date32, push_time, push_time64};
use crate::value::{Encode, SegmentBuffer, ValueError, column};

/// Appends a value; an error says what would be right.
pub(super) fn push(
    value: &Value,
    ty: &Type,
    binary: bool,
    segments: &mut [SegmentBuffer],
) -> Result<(), String> {
    push_value(value, ty, binary, segments).unwrap_or_else(|| Err(expected(ty, binary)))
}

/// `None` where the value is not of the type's form; an error where it is of the form, and out of range.
fn push_value(
    value: &Value,
    ty: &Type,
    binary: bool,
    segments: &mut [SegmentBuffer],
) -> Option<Result<(), String>> {
    let text = value.as_str();
    let in_range = |result: Result<(), ValueError>| result.map_err(|error| range(&error));
    Some(match ty {
        Type::Bool => {
            segments[0].push_fixed([u8::from(value.as_bool()?)]);
            Ok(())
        }
        Type::Float64 => in_range(number::double(value)?.encode(segments)),
        Type::Float32 => in_range(Encode::<column::Float32>::encode(&number::single(value)?, segments)),
        Type::BFloat16 => in_range(Encode::<column::BFloat16>::encode(&number::single(value)?, segments)),
        Type::Decimal { precision, scale } => {
            let digits = number::decimal(value, *precision)?;
            push_decimal(&digits, *precision, *scale, segments)?
        }
        Type::String if binary => {
            segments[0].push_string(&base64::decode(text?)?);
            Ok(())
        }
        Type::String => {
            segments[0].push_string(text?.as_bytes());
            Ok(())
        }
        Type::FixedString(length) => {
            let bytes = base64::decode(text?)?;
            if bytes.len() != *length as usize {
                return Some(Err(expected(ty, binary)));
            }
            segments[0].push_bytes(&bytes);
            Ok(())
        }
        Type::Uuid => {
            let uuid = text.filter(|text| text.len() == 36).and_then(|text| Uuid::try_parse(text).ok())?;
            in_range(uuid.encode(segments))
        }
        Type::Date => in_range(push_date(day(text?)?, segments)),
        Type::Date32 => in_range(push_date32(day(text?)?, segments)),
        Type::DateTime(_) => in_range(push_date_time(instant(text?)?.0, segments)),
        Type::DateTime64 { precision, .. } => {
            let (seconds, nanoseconds) = instant(text?)?;
            in_range(push_date_time64(*precision, seconds, nanoseconds, segments))
        }
        Type::Time => in_range(push_time(clock(text?)? / 1_000_000_000, segments)),
        Type::Time64(precision) => in_range(push_time64(*precision, clock(text?)?.into(), segments)),
        Type::Ipv4 => in_range(text?.parse::<Ipv4Addr>().ok()?.encode(segments)),
        Type::Ipv6 => {
            let mapped = || text?.parse::<Ipv4Addr>().ok().map(|address| address.to_ipv6_mapped());
            in_range(text?.parse::<Ipv6Addr>().ok().or_else(mapped)?.encode(segments))
        }
        Type::Enum { wide, values } => {
            let (_, number) = values.iter().find(|(name, _)| Some(name.as_str()) == text)?;
            if *wide {
                segments[0].push_fixed(number.to_le_bytes());
            } else {
                segments[0].push_fixed([*number as u8]);
            }
            Ok(())
        }
        Type::Json(_) => {
            value.as_object()?;
            in_range(Encode::<column::Json>::encode(value, segments))
        }
        ty => {
            let (bytes, signed) = integer_form(ty)?;
            let digits = match value {
                Value::Number(number) => number::whole(number)?,
                Value::String(digits) if bytes >= 8 => digits.clone(),
                _ => return None,
            };
            push_whole(&digits, bytes, signed, segments)?
        }
    })
}

fn push_whole(
    digits: &str,
    bytes: usize,
    signed: bool,
    segments: &mut [SegmentBuffer],
) -> Option<Result<(), String>> {
    let is_digits = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
    let little_endian = Integer::parse(digits).and_then(|number| number.to_le_bytes(bytes, signed));
    match little_endian {
        Some(little_endian) => {
            segments[0].push_bytes(&little_endian[..bytes]);
            Some(Ok(()))
        }
        // It is none, where there are no digits at all.
        None => (is_digits && digits.len() > 1).then(|| Err(whole_range(bytes, signed))),
    }
}

fn push_decimal(
    digits: &str,
    precision: u8,
    scale: u8,
    segments: &mut [SegmentBuffer],
) -> Option<Result<(), String>> {
    let width = Type::Decimal { precision, scale }.fixed_width()?;
    let number = match decimal(digits, precision, scale) {
        Ok(number) => number,
        Err(DecimalError::Form) => return None,
        Err(DecimalError::Inexact) => {
            return Some(Err(format!("a number with at most {scale} digits after the point")));
        }
        Err(DecimalError::Overflow) => {
            return Some(Err(format!("a number with at most {} digits before the point", precision - scale)));
        }
    };
    // As many digits as the type has always fit into its bytes.
    segments[0].push_bytes(&number.to_le_bytes(width, true)?[..width]);
    Some(Ok(()))
}

/// Appends the key of a map, which is a name in an object.
pub(super) fn push_key(name: &str, ty: &Type, segments: &mut [SegmentBuffer]) -> Result<(), String> {
    let value = match ty {
        Type::Bool => match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err("`true` or `false`".into()),
        },
        Type::Float32 | Type::Float64 | Type::BFloat16 => match serde_json::from_str(name) {
            Ok(number @ Value::Number(_)) => number,
            _ => Value::from(name),
        },
        ty => match integer_form(ty) {
            Some((bytes, signed)) => {
                let pushed = push_whole(name, bytes, signed, segments);
                return pushed.unwrap_or_else(|| Err(whole_range(bytes, signed)));
            }
            None => Value::from(name),
        },
    };
    push(&value, ty, false, segments)
}

/// Appends what stands under a NULL.
pub(super) fn push_default(ty: &Type, segments: &mut [SegmentBuffer]) {
    match (ty, ty.fixed_width()) {
        (Type::LowCardinality(inner), _) => push_default(inner, segments),
        (_, Some(bytes)) => segments[0].push_zeroes(bytes),
        (Type::Json(_), None) => segments[0].push_string(b"{}"),
        (_, None) => segments[0].push_string(b""),
    }
}

/// The moment of a text, in seconds since 1970 and the nanoseconds after that.
pub(super) fn moment(value: &Value) -> Option<(i64, u32)> {
    instant(value.as_str()?)
}

fn range(error: &ValueError) -> String {
    match error {
        ValueError::OutOfRange { range, .. } => format!("a value from {range}"),
        ValueError::Json { reason } => format!("an object for a JSON column (this one {reason})"),
        other => other.to_string(),
    }
}

fn whole_range(bytes: usize, signed: bool) -> String {
    let mut greatest = [0xFF; 32];
    greatest[bytes..].fill(0);
    let mut least = [0; 32];
    if signed {
        greatest[bytes - 1] = 0x7F;
        least[bytes..].fill(0xFF);
        least[bytes - 1] = 0x80;
    }
    let number = |bytes| Integer::from_le_bytes(bytes, signed);
    format!("a whole number from {} to {}", number(least), number(greatest))
}

/// What a value of the type is in JSON.
pub(super) fn expected(ty: &Type, binary: bool) -> String {
    match ty {
        Type::Bool => "true or false".into(),
        Type::Float64 => "a number, \"NaN\", \"Infinity\" or \"-Infinity\"".into(),
        Type::Float32 | Type::BFloat16 => {
            format!("a number from {:e} to {:e}, \"NaN\", \"Infinity\" or \"-Infinity\"", f32::MIN, f32::MAX)
        }
        Type::Decimal { precision, .. } if *precision <= EXACT_DIGITS => {
            "a number, or a string such as \"1.5\"".into()
        }
        Type::Decimal { .. } => "a string such as \"1.5\", or a whole number".into(),
        Type::String if binary => "a string of base64".into(),
        Type::String => "a string".into(),
        Type::FixedString(bytes) => format!("a string of base64 that stands for {bytes} bytes"),
        Type::Uuid => "a UUID such as \"01234567-89ab-cdef-0123-456789abcdef\"".into(),
        Type::Date | Type::Date32 => "a day such as \"2024-02-29\"".into(),
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            "a moment such as \"2024-02-29T12:00:00Z\" (RFC 3339)".into()
        }
        Type::Time | Type::Time64(_) => "a time such as \"08:30:00\"".into(),
        Type::Ipv4 => "an IPv4 address".into(),
        Type::Ipv6 => "an IPv6 or IPv4 address".into(),
        Type::Enum { values, .. } => {
            let names: Vec<String> = values.iter().map(|(name, _)| format!("{name:?}")).collect();
            format!("one of {}", names.join(", "))
        }
        Type::Json(_) => "an object".into(),
        ty => match integer_form(ty) {
            Some((bytes, signed)) if bytes >= 8 => {
                format!("{}, as a number or a string of digits", whole_range(bytes, signed))
            }
            Some((bytes, signed)) => whole_range(bytes, signed),
            None => format!("a value of {ty}"),
        },
    }
}
