//! Integers of up to 256 bits, exactly.

use std::cmp::Ordering;
use std::fmt;

/// A whole number whose magnitude has at most 256 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    negative: bool,
    /// The least digit first, in base 2^64.
    magnitude: [u64; 4],
}

/// Why a text is no value of a Decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// It is no number.
    Form,
    /// It has more digits after the point than the type.
    Inexact,
    /// It has more digits before the point than the type.
    Overflow,
}

impl Integer {
    const ZERO: Integer = Integer { negative: false, magnitude: [0; 4] };

    /// Reads digits, with a minus before them where it is negative.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() {
            return None;
        }
        let mut number = Self::ZERO;
        for digit in digits.bytes() {
            if !digit.is_ascii_digit() {
                return None;
            }
            number.push_digit(digit - b'0')?;
        }
        number.negative = digits.len() < text.len() && number.magnitude != [0; 4];
        Some(number)
    }

    /// `self * 10 + digit`; `None` where that has more than 256 bits.
    fn push_digit(&mut self, digit: u8) -> Option<()> {
        let mut carry = u128::from(digit);
        for part in &mut self.magnitude {
            let next = u128::from(*part) * 10 + carry;
            *part = next as u64;
            carry = next >> 64;
        }
        (carry == 0).then_some(())
    }

    /// The number in so many bytes, the least one first, as two's complement where it has a sign. The other bytes
    /// continue it. `None` where it does not fit.
    pub fn to_le_bytes(self, bytes: usize, signed: bool) -> Option<[u8; 32]> {
        let mut parts = self.magnitude;
        if self.negative {
            if !signed {
                return None;
            }
            let mut carry = true;
            for part in &mut parts {
                let (next, overflow) = (!*part).overflowing_add(u64::from(carry));
                (*part, carry) = (next, overflow);
            }
        }
        let mut out = [0; 32];
        for (part, chunk) in parts.iter().zip(out.chunks_exact_mut(8)) {
            chunk.copy_from_slice(&part.to_le_bytes());
        }
        let sign = if self.negative { 0xFF } else { 0 };
        let top = out.get(bytes.checked_sub(1)?)?;
        let sign_fits = !signed || (top & 0x80 != 0) == self.negative;
        (sign_fits && out[bytes..].iter().all(|byte| *byte == sign)).then_some(out)
    }

    /// The number that these bytes are, the least one first.
    pub fn from_le_bytes(bytes: [u8; 32], signed: bool) -> Self {
        let mut magnitude = [0; 4];
        for (part, chunk) in magnitude.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *part = u64::from_le_bytes(*chunk);
        }
        let negative = signed && bytes[31] & 0x80 != 0;
        if negative {
            let mut carry = true;
            for part in &mut magnitude {
                let (next, overflow) = (!*part).overflowing_add(u64::from(carry));
                (*part, carry) = (next, overflow);
            }
        }
        Self { negative, magnitude }
    }

    /// The number, where it has at most 128 bits.
    pub fn to_i128(self) -> Option<i128> {
        let bytes = self.to_le_bytes(16, true)?;
        Some(i128::from_le_bytes(*bytes.first_chunk()?))
    }

    /// The number, where it has no sign and at most 128 bits.
    pub fn to_u128(self) -> Option<u128> {
        let bytes = self.to_le_bytes(16, false)?;
        Some(u128::from_le_bytes(*bytes.first_chunk()?))
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Self {
        let magnitude = value.unsigned_abs();
        Self { negative: value < 0, magnitude: [magnitude as u64, (magnitude >> 64) as u64, 0, 0] }
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Self {
        Self::from(i128::from(value))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitudes = || self.magnitude.iter().rev().cmp(other.magnitude.iter().rev());
        match (self.negative, other.negative) {
            (false, false) => magnitudes(),
            (true, true) => magnitudes().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = Vec::new();
        let mut parts = self.magnitude;
        while parts != [0; 4] {
            let mut rest = 0_u128;
            for part in parts.iter_mut().rev() {
                let value = rest << 64 | u128::from(*part);
                *part = (value / 10) as u64;
                rest = value % 10;
            }
            digits.push(char::from(b'0' + rest as u8));
        }
        let text: String = if digits.is_empty() { "0".into() } else { digits.iter().rev().collect() };
        f.pad_integral(!self.negative, "", &text)
    }
}

/// A number of a `Decimal(precision, scale)`, without its point: `1.5` at a scale of 2 is 150.
pub fn decimal(text: &str, precision: u8, scale: u8) -> Result<Integer, DecimalError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || unsigned.ends_with('.') || !is_digits(whole) || !is_digits(fraction) {
        return Err(DecimalError::Form);
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = usize::from(scale).checked_sub(fraction.len()).ok_or(DecimalError::Inexact)?;
    if whole.trim_start_matches('0').len() > usize::from(precision.saturating_sub(scale)) {
        return Err(DecimalError::Overflow);
    }
    let sign = &text[..text.len() - unsigned.len()];
    Integer::parse(&format!("{sign}{whole}{fraction}{}", "0".repeat(missing))).ok_or(DecimalError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_written_and_compared_to_256_bits() {
        let greatest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        let least = "-57896044618658097711785492504343953926634992332820282019728792003956564819968";
        for text in
            ["0", "1", "-1", "255", "18446744073709551616", "-170141183460469231731687303715884105728"]
        {
            assert_eq!(Integer::parse(text).expect(text).to_string(), text);
        }
        let number = |text: &str| Integer::parse(text).expect(text);
        assert_eq!(number(greatest).to_le_bytes(32, false), Some([0xFF; 32]));
        assert_eq!(number(greatest).to_le_bytes(32, true), None);
        let mut bytes = [0; 32];
        bytes[31] = 0x80;
        assert_eq!(number(least).to_le_bytes(32, true), Some(bytes));
        assert_eq!(Integer::from_le_bytes(bytes, true), number(least));
        assert_eq!(Integer::from_le_bytes([0xFF; 32], false), number(greatest));
        assert_eq!(Integer::from_le_bytes([0xFF; 32], true), number("-1"));
        assert_eq!(Integer::parse(&format!("{greatest}0")), None);
        assert_eq!(number("-000"), number("0"));
        for text in ["", "-", "+1", "1.0", "1e3", " 1", "٣"] {
            assert_eq!(Integer::parse(text), None, "{text}");
        }
        assert_eq!(number("-128").to_le_bytes(1, true).map(|bytes| bytes[0]), Some(0x80));
        assert_eq!(number("-129").to_le_bytes(1, true), None);
        assert_eq!(number("128").to_le_bytes(1, true), None);
        assert_eq!(number("-1").to_le_bytes(1, false), None);
        let mut sorted = [greatest, "2", "-3", least, "10", "0"].map(number);
        sorted.sort();
        assert_eq!(sorted, [least, "-3", "0", "2", "10", greatest].map(number));
        assert_eq!(number("-5").to_i128(), Some(-5));
        assert_eq!(number(greatest).to_u128(), None);
    }

    #[test]
    fn decimals_are_exact_or_refused() {
        let digits = |text| decimal(text, 6, 2).map(|number| number.to_string());
        for (text, expected) in [
            ("1.5", Ok("150")),
            ("-0.01", Ok("-1")),
            ("9999.99", Ok("999999")),
            ("001.500", Ok("150")),
            ("10000", Err(DecimalError::Overflow)),
            ("0.001", Err(DecimalError::Inexact)),
            ("1.", Err(DecimalError::Form)),
            (".5", Err(DecimalError::Form)),
            ("1e2", Err(DecimalError::Form)),
            ("", Err(DecimalError::Form)),
        ] {
            assert_eq!(digits(text).as_deref(), expected.as_ref().copied(), "{text}");
        }
    }
}
