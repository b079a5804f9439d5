//! Dates and times of the crate `jiff`. Civil times are taken as UTC.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::dates::{push_date, push_date_time, push_date_time64, push_date32, push_time, push_time64};
use super::{Encode, SegmentBuffer, ValueError, column};

/// 1970-01-01T00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

macro_rules! moment {
    ($($rust:ty, |$value:ident| $since:expr;)*) => {$(
        impl<const P: u8> Encode<column::DateTime64<P>> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = self;
                let nanoseconds: i128 = $since.as_nanos();
                let seconds = nanoseconds.div_euclid(1_000_000_000);
                push_date_time64(
                    P,
                    i64::try_from(seconds).unwrap_or(i64::MAX),
                    nanoseconds.rem_euclid(1_000_000_000) as u32,
                    segments,
                )
            }
        }

        impl Encode<column::DateTime> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = self;
                let seconds = $since.as_nanos().div_euclid(1_000_000_000);
                push_date_time(i64::try_from(seconds).unwrap_or(i64::MAX), segments)
            }
        }
    )*};
}

moment! {
    Timestamp, |moment| moment.as_duration();
    Zoned, |moment| moment.timestamp().as_duration();
    DateTime, |moment| moment.duration_since(EPOCH);
}

fn days(date: Date) -> i64 {
    date.duration_since(EPOCH.date()).as_hours() / 24
}

impl Encode<column::Date> for Date {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date(days(*self), segments)
    }
}

impl Encode<column::Date32> for Date {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date32(days(*self), segments)
    }
}

macro_rules! span {
    ($($rust:ty, |$value:ident| $span:expr;)*) => {$(
        impl Encode<column::Time> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = *self;
                push_time($span.as_secs(), segments)
            }
        }

        impl<const P: u8> Encode<column::Time64<P>> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = *self;
                push_time64(P, $span.as_nanos(), segments)
            }
        }
    )*};
}

span! {
    SignedDuration, |span| span;
    Time, |time| time.duration_since(Time::midnight());
}
