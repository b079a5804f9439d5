//! Values that have an order.

use std::cmp::Ordering;
use std::num::NonZero;
use std::sync::Arc;

use streamhouse_schema::value::Integer;

use crate::value::{ColumnType, column};

/// A type of ClickHouse whose values have an order that `min` and `max` compare by.
pub trait Ordinal: ColumnType {
    /// A limit: the number itself, days since 1970-01-01, seconds since 1970 and the nanoseconds after that, nanoseconds of a
    /// span, or the digits of a Decimal and how many of them stand after the point.
    type Bound: Copy;
}

/// Values that `min`, `max` and, for whole numbers, `one_of` compare.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a limit of a column of type `{C}`",
    label = "has no order that a rule could look at",
    note = "`min` and `max` take numbers, days and moments; look at other values with `validate(custom = …)`, or implement `streamhouse::validate::Ordered` for your type"
)]
pub trait Ordered<C: Ordinal> {
    /// Whether the value compares with the bound as it should. Nothing breaks no rule, and NaN breaks every one.
    fn is(&self, right: fn(Ordering) -> bool, bound: C::Bound) -> bool;

    /// The value, for a message.
    fn shown(&self) -> String;
}

macro_rules! bounds {
    ($([$($parameter:tt)*] $column:ty => $bound:ty;)*) => {$(
        impl<$($parameter)*> Ordinal for $column {
            type Bound = $bound;
        }
    )*};
}

bounds! {
    [] column::UInt8 => i128;
    [] column::UInt16 => i128;
    [] column::UInt32 => i128;
    [] column::UInt64 => i128;
    [] column::UInt128 => u128;
    [] column::UInt256 => [u8; 32];
    [] column::Int8 => i128;
    [] column::Int16 => i128;
    [] column::Int32 => i128;
    [] column::Int64 => i128;
    [] column::Int128 => i128;
    [] column::Int256 => [u8; 32];
    [] column::Interval => i128;
    [] column::Float32 => f32;
    [] column::Float64 => f64;
    [] column::BFloat16 => f32;
    [] column::Date => i64;
    [] column::Date32 => i64;
    [] column::DateTime => (i64, u32);
    [const P: u8] column::DateTime64<P> => (i64, u32);
    [] column::Time => i64;
    [const P: u8] column::Time64<P> => i64;
    [const P: u8, const S: u8] column::Decimal<P, S> => (i128, u32);
}

macro_rules! whole {
    ($($rust:ty => $column:ident: $bound:ty;)*) => {$(
        impl Ordered<column::$column> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: $bound) -> bool {
                right(<$bound>::from(*self).cmp(&bound))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }

        impl Ordered<column::$column> for NonZero<$rust> {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: $bound) -> bool {
                right(<$bound>::from(self.get()).cmp(&bound))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

whole! {
    u8 => UInt8: i128;
    u16 => UInt16: i128;
    u32 => UInt32: i128;
    u64 => UInt64: i128;
    u128 => UInt128: u128;
    i8 => Int8: i128;
    i16 => Int16: i128;
    i32 => Int32: i128;
    i64 => Int64: i128;
    i128 => Int128: i128;
}

impl Ordered<column::Interval> for i64 {
    #[inline]
    fn is(&self, right: fn(Ordering) -> bool, bound: i128) -> bool {
        right(i128::from(*self).cmp(&bound))
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

macro_rules! float {
    ($($rust:ty => $column:ident;)*) => {$(
        impl Ordered<column::$column> for $rust {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: $rust) -> bool {
                self.partial_cmp(&bound).is_some_and(right)
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

float! {
    f32 => Float32;
    f64 => Float64;
    f32 => BFloat16;
}

macro_rules! wide {
    ($($column:ident, $signed:literal, $rust:ty, |$value:ident| $widened:expr;)*) => {$(
        impl Ordered<column::$column> for [u8; 32] {
            fn is(&self, right: fn(Ordering) -> bool, bound: [u8; 32]) -> bool {
                let number = |bytes| Integer::from_le_bytes(bytes, $signed);
                right(number(*self).cmp(&number(bound)))
            }

            fn shown(&self) -> String {
                Integer::from_le_bytes(*self, $signed).to_string()
            }
        }

        impl Ordered<column::$column> for $rust {
            fn is(&self, right: fn(Ordering) -> bool, bound: [u8; 32]) -> bool {
                let $value = *self;
                let mut bytes: [u8; 32] = $widened;
                bytes[..16].copy_from_slice(&self.to_le_bytes());
                Ordered::<column::$column>::is(&bytes, right, bound)
            }

            fn shown(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

wide! {
    UInt256, false, u128, |_value| [0; 32];
    Int256, true, i128, |value| [if value < 0 { 0xFF } else { 0 }; 32];
}

impl<C: Ordinal, T: Ordered<C>> Ordered<C> for Option<T> {
    #[inline]
    fn is(&self, right: fn(Ordering) -> bool, bound: C::Bound) -> bool {
        self.as_ref().is_none_or(|value| value.is(right, bound))
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "nothing".into(), T::shown)
    }
}

macro_rules! wrapper {
    ($($wrapper:ident),*) => {$(
        impl<C: Ordinal, T: Ordered<C>> Ordered<C> for $wrapper<T> {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: C::Bound) -> bool {
                (**self).is(right, bound)
            }

            fn shown(&self) -> String {
                (**self).shown()
            }
        }
    )*};
}

wrapper! { Box, Arc }

#[cfg(feature = "rust_decimal")]
impl<const P: u8, const S: u8> Ordered<column::Decimal<P, S>> for rust_decimal::Decimal {
    #[inline]
    fn is(&self, right: fn(Ordering) -> bool, (digits, scale): (i128, u32)) -> bool {
        // Of a limit that a Decimal cannot hold, the sign says on which side of it every value is.
        match rust_decimal::Decimal::try_from_i128_with_scale(digits, scale) {
            Ok(bound) => right(self.cmp(&bound)),
            Err(_) => right(0.cmp(&digits)),
        }
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A span of the standard library, whose nanoseconds are compared.
macro_rules! std_span {
    ($([$($parameter:tt)*] $column:ty;)*) => {$(
        impl<$($parameter)*> Ordered<$column> for std::time::Duration {
            #[inline]
            fn is(&self, right: fn(Ordering) -> bool, bound: i64) -> bool {
                right(i128::try_from(self.as_nanos()).unwrap_or(i128::MAX).cmp(&bound.into()))
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

std_span! {
    [] column::Time;
    [const P: u8] column::Time64<P>;
}
