//! `rust_decimal::Decimal`, exactly or not at all.

use rust_decimal::Decimal;

use super::{Encode, SegmentBuffer, ValueError, column};

impl<const P: u8, const S: u8> Encode<column::Decimal<P, S>> for Decimal {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let value = self.normalize();
        let overflow = ValueError::Overflow { precision: P, scale: S };
        let missing = u32::from(S).checked_sub(value.scale()).ok_or(ValueError::Inexact { scale: S })?;
        // The mantissa has at most 29 digits, an i128 has 38: what overflows here has no place in 38 digits either,
        // and of the 76 of the widest Decimal a `rust_decimal` uses no more.
        let unscaled = 10_i128
            .checked_pow(missing)
            .and_then(|factor| value.mantissa().checked_mul(factor))
            .ok_or(overflow)?;
        if P <= 38
            && unscaled.unsigned_abs() >= const { if P < 39 { 10_u128.pow(P as u32) } else { u128::MAX } }
        {
            return Err(overflow);
        }
        let bytes = unscaled.to_le_bytes();
        let sign = if unscaled < 0 { 0xFF } else { 0 };
        let segment = &mut segments[0].bytes;
        if let Some(shorter) = bytes.get(..column::Decimal::<P, S>::WIDTH) {
            segment.extend_from_slice(shorter);
        } else {
            segment.extend_from_slice(&bytes);
            segment.extend_from_slice(&[sign; 16]);
        }
        Ok(())
    }
}
