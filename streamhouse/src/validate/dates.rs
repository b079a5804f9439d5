//! Days, moments and spans of the crates `chrono`, `time` and `jiff`. Those without an offset are taken as UTC.

use std::cmp::Ordering;

use super::Ordered;
use crate::value::column;

macro_rules! days {
    ($($(#[$feature:meta])* $rust:ty, |$value:ident| $days:expr;)*) => {$(
        $(#[$feature])*
        impl Ordered<column::Date> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: i64) -> bool {
                let $value = *self;
                right(i64::from($days).cmp(&bound))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }

        $(#[$feature])*
        impl Ordered<column::Date32> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: i64) -> bool {
                Ordered::<column::Date>::is(self, right, bound)
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

days! {
    #[cfg(feature = "chrono")]
    chrono::NaiveDate, |day| chrono::Datelike::num_days_from_ce(&day) - 719_163;
    #[cfg(feature = "time")]
    time::Date, |day| day.to_julian_day() - 2_440_588;
    #[cfg(feature = "jiff")]
    jiff::civil::Date, |day| day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
}

macro_rules! moments {
    ($($(#[$feature:meta])* [$($parameter:tt)*] $rust:ty, |$value:ident| $moment:expr;)*) => {$(
        $(#[$feature])*
        impl<$($parameter)*> Ordered<column::DateTime> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: (i64, u32)) -> bool {
                let $value = self;
                let moment: (i64, u32) = $moment;
                right(moment.cmp(&bound))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }

        $(#[$feature])*
        impl<const P: u8, $($parameter)*> Ordered<column::DateTime64<P>> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: (i64, u32)) -> bool {
                Ordered::<column::DateTime>::is(self, right, bound)
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

moments! {
    #[cfg(feature = "chrono")]
    [Z: chrono::TimeZone] chrono::DateTime<Z>,
    |moment| (moment.timestamp(), moment.timestamp_subsec_nanos());
    #[cfg(feature = "chrono")]
    [] chrono::NaiveDateTime,
    |moment| (moment.and_utc().timestamp(), moment.and_utc().timestamp_subsec_nanos());
    #[cfg(feature = "time")]
    [] time::OffsetDateTime, |moment| (moment.unix_timestamp(), moment.nanosecond());
    #[cfg(feature = "time")]
    [] time::UtcDateTime, |moment| (moment.unix_timestamp(), moment.nanosecond());
    #[cfg(feature = "time")]
    [] time::PrimitiveDateTime,
    |moment| (moment.assume_utc().unix_timestamp(), moment.nanosecond());
    #[cfg(feature = "jiff")]
    [] jiff::Timestamp, |moment| split(moment.as_nanosecond());
    #[cfg(feature = "jiff")]
    [] jiff::Zoned, |moment| split(moment.timestamp().as_nanosecond());
    #[cfg(feature = "jiff")]
    [] jiff::civil::DateTime,
    |moment| split(moment.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_nanos());
}

#[cfg(feature = "jiff")]
fn split(nanoseconds: i128) -> (i64, u32) {
    let seconds = nanoseconds.div_euclid(1_000_000_000);
    (i64::try_from(seconds).unwrap_or(i64::MAX), nanoseconds.rem_euclid(1_000_000_000) as u32)
}

macro_rules! spans {
    ($($(#[$feature:meta])* $rust:ty, |$value:ident| $nanoseconds:expr;)*) => {$(
        $(#[$feature])*
        impl Ordered<column::Time> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: i64) -> bool {
                let $value = *self;
                let nanoseconds: i128 = $nanoseconds;
                right(nanoseconds.cmp(&bound.into()))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }

        $(#[$feature])*
        impl<const P: u8> Ordered<column::Time64<P>> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: i64) -> bool {
                Ordered::<column::Time>::is(self, right, bound)
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

spans! {
    #[cfg(feature = "chrono")]
    chrono::NaiveTime,
    |time| i128::from(chrono::Timelike::num_seconds_from_midnight(&time)) * 1_000_000_000
        + i128::from(chrono::Timelike::nanosecond(&time));
    #[cfg(feature = "chrono")]
    chrono::TimeDelta,
    |span| i128::from(span.num_seconds()) * 1_000_000_000 + i128::from(span.subsec_nanos());
    #[cfg(feature = "time")]
    time::Duration, |span| span.whole_nanoseconds();
    #[cfg(feature = "time")]
    time::Time, |time| (time - time::Time::MIDNIGHT).whole_nanoseconds();
    #[cfg(feature = "jiff")]
    jiff::SignedDuration, |span| span.as_nanos();
    #[cfg(feature = "jiff")]
    jiff::civil::Time, |time| time.duration_since(jiff::civil::Time::midnight()).as_nanos();
}
