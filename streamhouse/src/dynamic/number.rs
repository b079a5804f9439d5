//! Numbers of JSON, without losing a digit in silence.

use serde_json::{Number, Value};
use streamhouse_schema::document::EXACT_DIGITS;

/// The digits of a whole number; a float is one where it has no fraction.
pub(super) fn whole(number: &Number) -> Option<String> {
    if number.is_i64() || number.is_u64() {
        return Some(number.to_string());
    }
    let float = number.as_f64()?;
    // Beyond 64 bits a number of JSON has been rounded already.
    (float.fract() == 0.0 && float.abs() < 18_446_744_073_709_551_616.0).then(|| format!("{float:.0}"))
}

/// The digits of a decimal number, without an exponent. A fraction is as exact as a float of 64 bits, so only a short Decimal
/// takes one.
pub(super) fn decimal(value: &Value, precision: u8) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => whole(number).or_else(|| {
            let float = number.as_f64().filter(|_| precision <= EXACT_DIGITS)?;
            Some(format!("{float}"))
        }),
        _ => None,
    }
}

/// A float, or one of the names of what is no number of JSON.
pub(super) fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(name) => match name.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// The nearest float of 32 bits to the digits of a number; none where that would be infinite.
pub(super) fn single(value: &Value) -> Option<f32> {
    match value {
        // Through the digits: rounding twice may end at another float.
        Value::Number(number) => number.to_string().parse().ok().filter(|float: &f32| float.is_finite()),
        other => double(other).map(|float| float as f32),
    }
}
