//! Tuples of Rust: values side by side, without names.

use super::column::Elements;
use super::{ColumnType, Detail, Encode, EncodeRow, SegmentBuffer, ValueError, column};
use crate::validate::ValidationError;

macro_rules! tuple {
    ($($value:ident: $column:ident $place:tt,)+) => {
        impl<$($value, $column,)+> Encode<column::Tuple<($($column,)+)>> for ($($value,)+)
        where
            $($column: ColumnType, $value: Encode<$column>,)+
        {
            const DETAIL: Detail = Detail::Parts(&[$($value::DETAIL),+]);

            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let mut _at = 0;
                $(
                    self.$place.encode(&mut segments[_at.._at + $column::SEGMENTS])?;
                    _at += $column::SEGMENTS;
                )+
                Ok(())
            }

            #[inline]
            fn check_rules(&self) -> Result<(), ValidationError> {
                $(
                    let inner = self.$place.check_rules();
                    inner.map_err(|error| error.within(stringify!($place)))?;
                )+
                Ok(())
            }
        }

        impl<$($value, $column,)+> EncodeRow<($($column,)+)> for ($($value,)+)
        where
            ($($column,)+): Elements,
            $($column: ColumnType, $value: Encode<$column>,)+
        {
            const DETAIL: Detail = Detail::Parts(&[$($value::DETAIL),+]);

            #[inline]
            fn encode_row(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let mut _at = 0;
                $(
                    self.$place.encode(&mut segments[_at + 1.._at + 1 + $column::SEGMENTS])?;
                    _at += 1 + $column::SEGMENTS;
                )+
                Ok(())
            }

            #[inline]
            fn check_row_rules(&self) -> Result<(), ValidationError> {
                <Self as Encode<column::Tuple<($($column,)+)>>>::check_rules(self)
            }
        }
    };
}

/// Implements it for all beginnings of the list.
macro_rules! all_tuples {
    ($($done:ident: $done_column:ident $done_place:tt,)*;) => {};
    (
        $($done:ident: $done_column:ident $done_place:tt,)*;
        $next:ident: $column:ident $place:tt, $($rest:tt)*
    ) => {
        tuple! { $($done: $done_column $done_place,)* $next: $column $place, }
        all_tuples! { $($done: $done_column $done_place,)* $next: $column $place,; $($rest)* }
    };
}

all_tuples! {
    ;
    A: CA 0, B: CB 1, D: CD 2, E: CE 3, F: CF 4, G: CG 5, H: CH 6, I: CI 7, J: CJ 8, K: CK 9, L: CL 10, M: CM 11,
}
