//! Dates and times of the crate `chrono`. Naive times are taken as UTC.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};

use super::dates::{push_date, push_date_time, push_date_time64, push_date32, push_time, push_time64};
use super::{Encode, SegmentBuffer, ValueError, column};

/// Days from 0001-01-01, which chrono counts as day 1, to 1970-01-01.
const DAYS_TO_1970: i64 = 719_163;

impl<Z: TimeZone, const P: u8> Encode<column::DateTime64<P>> for DateTime<Z> {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date_time64(P, self.timestamp(), self.timestamp_subsec_nanos(), segments)
    }
}

impl<Z: TimeZone> Encode<column::DateTime> for DateTime<Z> {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date_time(self.timestamp(), segments)
    }
}

impl<const P: u8> Encode<column::DateTime64<P>> for NaiveDateTime {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        Encode::<column::DateTime64<P>>::encode(&self.and_utc(), segments)
    }
}

impl Encode<column::DateTime> for NaiveDateTime {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date_time(self.and_utc().timestamp(), segments)
    }
}

impl Encode<column::Date> for NaiveDate {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date(i64::from(self.num_days_from_ce()) - DAYS_TO_1970, segments)
    }
}

impl Encode<column::Date32> for NaiveDate {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date32(i64::from(self.num_days_from_ce()) - DAYS_TO_1970, segments)
    }
}

impl Encode<column::Time> for NaiveTime {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_time(i64::from(self.num_seconds_from_midnight()), segments)
    }
}

/// In a leap second chrono counts more nanoseconds than a second has.
impl<const P: u8> Encode<column::Time64<P>> for NaiveTime {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let seconds = i128::from(self.num_seconds_from_midnight());
        push_time64(P, seconds * 1_000_000_000 + i128::from(self.nanosecond()), segments)
    }
}

impl Encode<column::Time> for TimeDelta {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_time(self.num_seconds(), segments)
    }
}

impl<const P: u8> Encode<column::Time64<P>> for TimeDelta {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let nanoseconds = i128::from(self.num_seconds()) * 1_000_000_000 + i128::from(self.subsec_nanos());
        push_time64(P, nanoseconds, segments)
    }
}
