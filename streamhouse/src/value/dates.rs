//! Days and moments, independent of the crate that they come from, with ClickHouse's ranges
//! (<https://clickhouse.com/docs/sql-reference/data-types/datetime64>).

use std::time::Duration;

use super::{Encode, SegmentBuffer, ValueError, column};

/// 1900-01-01T00:00:00Z in seconds since 1970.
const FIRST_SECOND: i64 = -2_208_988_800;
/// 2299-12-31T23:59:59Z in seconds since 1970.
const LAST_SECOND: i64 = 10_413_791_999;
/// 1900-01-01 in days since 1970-01-01.
const FIRST_DAY: i64 = -25_567;
/// 2299-12-31 in days since 1970-01-01.
const LAST_DAY: i64 = 120_529;

/// Writes days since 1970-01-01 as a `Date`.
pub(crate) fn push_date(days: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    let days = u16::try_from(days)
        .map_err(|_| ValueError::OutOfRange { column: "Date", range: "1970-01-01 to 2149-06-06" })?;
    segments[0].push_fixed(days.to_le_bytes());
    Ok(())
}

/// Writes days since 1970-01-01 as a `Date32`.
pub(crate) fn push_date32(days: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return Err(ValueError::OutOfRange { column: "Date32", range: "1900-01-01 to 2299-12-31" });
    }
    segments[0].push_fixed((days as i32).to_le_bytes());
    Ok(())
}

/// Writes seconds since 1970 as a `DateTime`.
pub(crate) fn push_date_time(seconds: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    let seconds = u32::try_from(seconds)
        .map_err(|_| ValueError::OutOfRange { column: "DateTime", range: "1970-01-01 to 2106-02-07" })?;
    segments[0].push_fixed(seconds.to_le_bytes());
    Ok(())
}

/// Writes a moment as a `DateTime64` of this precision: seconds since 1970, rounded down, and the nanoseconds after that. Digits
/// beyond the precision are cut off.
#[inline]
pub(crate) fn push_date_time64(
    precision: u8,
    seconds: i64,
    nanoseconds: u32,
    segments: &mut [SegmentBuffer],
) -> Result<(), ValueError> {
    let range = if precision == 9 { "1900-01-01 to 2262-04-11" } else { "1900-01-01 to 2299-12-31" };
    let error = ValueError::OutOfRange { column: "DateTime64", range };
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
        return Err(error);
    }
    let fraction = i64::from(nanoseconds) / 10_i64.pow(9 - u32::from(precision));
    let ticks = seconds
        .checked_mul(10_i64.pow(u32::from(precision)))
        .and_then(|ticks| ticks.checked_add(fraction))
        .ok_or(error)?;
    segments[0].push_fixed(ticks.to_le_bytes());
    Ok(())
}

/// 999:59:59, the longest span of a `Time`, in seconds.
const LONGEST: i64 = 3_599_999;

/// Writes seconds since midnight, or a span of them, as a `Time`.
pub(crate) fn push_time(seconds: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    if !(-LONGEST..=LONGEST).contains(&seconds) {
        return Err(ValueError::OutOfRange { column: "Time", range: "-999:59:59 to 999:59:59" });
    }
    segments[0].push_fixed((seconds as i32).to_le_bytes());
    Ok(())
}

/// Writes nanoseconds since midnight, or a span of them, as a `Time64` of this precision. Digits beyond the precision are cut off.
#[inline]
pub(crate) fn push_time64(
    precision: u8,
    nanoseconds: i128,
    segments: &mut [SegmentBuffer],
) -> Result<(), ValueError> {
    let error = ValueError::OutOfRange { column: "Time64", range: "-999:59:59 to 999:59:59" };
    if nanoseconds.abs() >= (i128::from(LONGEST) + 1) * 1_000_000_000 {
        return Err(error);
    }
    let ticks = nanoseconds / 10_i128.pow(9 - u32::from(precision));
    segments[0].push_fixed(i64::try_from(ticks).map_err(|_| error)?.to_le_bytes());
    Ok(())
}

/// A span of the standard library, for `Time` and `Time64`.
impl Encode<column::Time> for Duration {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_time(i64::try_from(self.as_secs()).unwrap_or(i64::MAX), segments)
    }
}

impl<const P: u8> Encode<column::Time64<P>> for Duration {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_time64(P, i128::try_from(self.as_nanos()).unwrap_or(i128::MAX), segments)
    }
}
