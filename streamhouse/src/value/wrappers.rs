//! Values that only wrap another.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;

use super::{ColumnType, Detail, Encode, SegmentBuffer, ValueError, column};
use crate::validate::ValidationError;

impl<C: ColumnType, T: Encode<C>> Encode<C> for Box<T> {
    const DETAIL: Detail = T::DETAIL;

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        (**self).encode(segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        (**self).check_rules()
    }
}

impl<C: ColumnType, T: Encode<C>> Encode<C> for Arc<T> {
    const DETAIL: Detail = T::DETAIL;

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        (**self).encode(segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        (**self).check_rules()
    }
}

impl<C: ColumnType, T: Encode<C> + Clone + 'static> Encode<C> for Cow<'static, T> {
    const DETAIL: Detail = T::DETAIL;

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        T::encode(self, segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        T::check_rules(self)
    }
}

macro_rules! non_zero {
    ($($rust:ty => $column:ident),* $(,)?) => {$(
        impl Encode<column::$column> for NonZero<$rust> {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                segments[0].push_fixed(self.get().to_le_bytes());
                Ok(())
            }
        }
    )*};
}

non_zero! {
    u8 => UInt8, u16 => UInt16, u32 => UInt32, u64 => UInt64, u128 => UInt128,
    i8 => Int8, i16 => Int16, i32 => Int32, i64 => Int64, i128 => Int128,
}
