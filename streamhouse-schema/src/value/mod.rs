//! Values as text: numbers of up to 256 bits, days, moments and spans of time. What declarations say as limits and what
//! JSON documents bring is read by the same functions.

mod calendar;
mod number;

pub use calendar::{clock, day, instant, instant_text, moment};
pub use number::{DecimalError, Integer, decimal};

use crate::types::Type;

/// The number that a text stands for in a column's own unit, so that two of them can be compared: the number itself, the
/// digits of a Decimal without its point, days, or nanoseconds. `None` where it is no such text, or out of the type's
/// range, or the type has no order that anybody would limit values by.
pub fn ordinal(text: &str, ty: &Type) -> Option<Integer> {
    let within = |value: i64, first: i64, last: i64| (first..=last).contains(&value).then_some(value);
    match ty.inner() {
        Type::Decimal { precision, scale } => decimal(text, *precision, *scale).ok(),
        Type::Date => within(day(text)?, FIRST_SHORT_DAY, LAST_SHORT_DAY).map(Integer::from),
        Type::Date32 => within(day(text)?, FIRST_DAY, LAST_DAY).map(Integer::from),
        Type::DateTime(_) => {
            let (seconds, nanoseconds) = moment(text)?;
            within(seconds, 0, u32::MAX.into())?;
            Some(nanoseconds_of(seconds, nanoseconds))
        }
        Type::DateTime64 { .. } => {
            let (seconds, nanoseconds) = moment(text)?;
            within(seconds, FIRST_SECOND, LAST_SECOND)?;
            Some(nanoseconds_of(seconds, nanoseconds))
        }
        Type::Time | Type::Time64(_) => clock(text).map(Integer::from),
        ty => {
            let (bytes, signed) = integer_form(ty)?;
            let number = Integer::parse(text)?;
            number.to_le_bytes(bytes, signed).map(|_| number)
        }
    }
}

/// The bytes of an integer type, and whether it has a sign.
pub fn integer_form(ty: &Type) -> Option<(usize, bool)> {
    Some(match ty {
        Type::UInt8 => (1, false),
        Type::UInt16 => (2, false),
        Type::UInt32 => (4, false),
        Type::UInt64 => (8, false),
        Type::UInt128 => (16, false),
        Type::UInt256 => (32, false),
        Type::Int8 => (1, true),
        Type::Int16 => (2, true),
        Type::Int32 => (4, true),
        Type::Int64 | Type::Interval(_) => (8, true),
        Type::Int128 => (16, true),
        Type::Int256 => (32, true),
        _ => return None,
    })
}

/// Nanoseconds since 1970.
pub fn nanoseconds_of(seconds: i64, nanoseconds: u32) -> Integer {
    Integer::from(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
}

/// 1970-01-01 and 2149-06-06, the range of Date, in days since 1970-01-01.
const FIRST_SHORT_DAY: i64 = 0;
const LAST_SHORT_DAY: i64 = 65_535;
/// 1900-01-01 and 2299-12-31, the range of Date32, in days since 1970-01-01.
const FIRST_DAY: i64 = -25_567;
const LAST_DAY: i64 = 120_529;
/// The same in seconds, the range of DateTime64.
const FIRST_SECOND: i64 = FIRST_DAY * 86_400;
const LAST_SECOND: i64 = (LAST_DAY + 1) * 86_400 - 1;
