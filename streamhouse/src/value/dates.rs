//! Days and moments, independent of the crate that they come from, with ClickHouse's ranges
//! (<https://clickhouse.com/docs/sql-reference/data-types/datetime64>).

use super::{SegmentBuffer, ValueError};

/// 1900-01-01T00:00:00Z in seconds since 1970.
const FIRST_SECOND: i64 = -2_208_988_800;
/// 2299-12-31T23:59:59Z in seconds since 1970.
const LAST_SECOND: i64 = 10_413_791_999;
/// 1900-01-01 in days since 1970-01-01.
const FIRST_DAY: i64 = -25_567;
/// 2299-12-31 in days since 1970-01-01.
const LAST_DAY: i64 = 120_529;

/// Writes days since 1970-01-01 as a `Date`.
pub(super) fn push_date(days: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    let days = u16::try_from(days)
        .map_err(|_| ValueError::OutOfRange { column: "Date", range: "1970-01-01 to 2149-06-06" })?;
    segments[0].push_fixed(days.to_le_bytes());
    Ok(())
}

/// Writes days since 1970-01-01 as a `Date32`.
pub(super) fn push_date32(days: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return Err(ValueError::OutOfRange { column: "Date32", range: "1900-01-01 to 2299-12-31" });
    }
    segments[0].push_fixed((days as i32).to_le_bytes());
    Ok(())
}

/// Writes seconds since 1970 as a `DateTime`.
pub(super) fn push_date_time(seconds: i64, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    let seconds = u32::try_from(seconds)
        .map_err(|_| ValueError::OutOfRange { column: "DateTime", range: "1970-01-01 to 2106-02-07" })?;
    segments[0].push_fixed(seconds.to_le_bytes());
    Ok(())
}

/// Writes a moment as a `DateTime64(P)`: seconds since 1970, rounded down, and the nanoseconds after that. Digits
/// beyond the precision are cut off.
pub(super) fn push_date_time64<const P: u8>(
    seconds: i64,
    nanoseconds: u32,
    segments: &mut [SegmentBuffer],
) -> Result<(), ValueError> {
    let range = if P == 9 { "1900-01-01 to 2262-04-11" } else { "1900-01-01 to 2299-12-31" };
    let error = ValueError::OutOfRange { column: "DateTime64", range };
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
        return Err(error);
    }
    let fraction = i64::from(nanoseconds) / const { 10_i64.pow(9 - P as u32) };
    let ticks = seconds
        .checked_mul(const { 10_i64.pow(P as u32) })
        .and_then(|ticks| ticks.checked_add(fraction))
        .ok_or(error)?;
    segments[0].push_fixed(ticks.to_le_bytes());
    Ok(())
}
