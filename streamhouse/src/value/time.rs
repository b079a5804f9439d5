//! Dates and times of the crate `time`. Times without an offset are taken as UTC.

use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

use super::dates::{push_date, push_date_time, push_date_time64, push_date32, push_time, push_time64};
use super::{Encode, SegmentBuffer, ValueError, column};

/// The Julian day of 1970-01-01.
const JULIAN_DAY_OF_1970: i64 = 2_440_588;

macro_rules! moment {
    ($($rust:ty, |$value:ident| $utc:expr;)*) => {$(
        impl<const P: u8> Encode<column::DateTime64<P>> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = self;
                let utc = $utc;
                push_date_time64(P, utc.unix_timestamp(), utc.nanosecond(), segments)
            }
        }

        impl Encode<column::DateTime> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = self;
                push_date_time($utc.unix_timestamp(), segments)
            }
        }
    )*};
}

moment! {
    OffsetDateTime, |value| value;
    UtcDateTime, |value| value;
    PrimitiveDateTime, |value| value.assume_utc();
}

impl Encode<column::Date> for Date {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date(i64::from(self.to_julian_day()) - JULIAN_DAY_OF_1970, segments)
    }
}

impl Encode<column::Date32> for Date {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        push_date32(i64::from(self.to_julian_day()) - JULIAN_DAY_OF_1970, segments)
    }
}

macro_rules! span {
    ($($rust:ty, |$value:ident| $span:expr;)*) => {$(
        impl Encode<column::Time> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = *self;
                push_time($span.whole_seconds(), segments)
            }
        }

        impl<const P: u8> Encode<column::Time64<P>> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = *self;
                push_time64(P, $span.whole_nanoseconds(), segments)
            }
        }
    )*};
}

span! {
    Duration, |span| span;
    Time, |time| (time - Time::MIDNIGHT);
}
