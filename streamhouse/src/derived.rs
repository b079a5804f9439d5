//! What the code of derives calls. It does once what would otherwise stand in every event, for rustc reads, checks and borrows
//! whatever a derive writes, and an application may have a thousand events.

use std::ops::Range;

use crate::event::{BuildError, FieldError};
use crate::value::{SegmentBuffer, ValueError};

/// The segments of one event while its fields are encoded, and what went wrong.
#[derive(Debug)]
pub struct Row<'a, const N: usize> {
    segments: &'a mut [SegmentBuffer; N],
    failed: Option<FieldError>,
}

/// Methods that encode some fields each, for rustc is faster with few calls of many arguments. They are always inlined: then
/// the functions that encode and the segments are known, and nothing is left of the calls.
macro_rules! puts {
    ($($name:ident: $($T:ident $encode:ident $value:ident $first:ident $end:ident $field:ident),+;)+) => {$(
        /// Encodes fields; the answer is whether the next ones may follow. Of each it takes how it is encoded, its value, its
        /// segments from the first to before the last, and its name.
        #[allow(clippy::too_many_arguments, reason = "derives write them")]
        #[inline(always)]
        pub fn $name<$($T),+>(
            &mut self,
            $(
                $encode: fn(&$T, &mut [SegmentBuffer]) -> Result<(), ValueError>,
                $value: &$T,
                $first: usize,
                $end: usize,
                $field: &'static str,
            )+
        ) -> bool {
            $(self.put($encode, $value, $first..$end, $field))&&+
        }
    )+};
}

impl<'a, const N: usize> Row<'a, N> {
    /// The row that is encoded into all of `segments`, where they are as many as the event has.
    ///
    /// An array instead of a slice: its length is known, so no index has to be checked.
    #[inline(always)]
    pub fn of(segments: &'a mut [SegmentBuffer]) -> Option<Self> {
        Some(Self { segments: segments.try_into().ok()?, failed: None })
    }

    #[inline(always)]
    fn put<T>(
        &mut self,
        encode: fn(&T, &mut [SegmentBuffer]) -> Result<(), ValueError>,
        value: &T,
        segments: Range<usize>,
        field: &'static str,
    ) -> bool {
        match encode(value, &mut self.segments[segments]) {
            Ok(()) => true,
            Err(error) => {
                self.failed = Some(FieldError::new(field, error));
                false
            }
        }
    }

    puts! {
        put1: A encode_a a first_a end_a field_a;
        put2: A encode_a a first_a end_a field_a, B encode_b b first_b end_b field_b;
        put3: A encode_a a first_a end_a field_a, B encode_b b first_b end_b field_b, C encode_c c first_c end_c field_c;
        put4: A encode_a a first_a end_a field_a, B encode_b b first_b end_b field_b, C encode_c c first_c end_c field_c,
            D encode_d d first_d end_d field_d;
    }

    /// What comes of it; whether the last fields could be put is known already.
    #[inline(always)]
    pub fn end(self, _whole: bool) -> Result<(), FieldError> {
        match self.failed {
            None => Ok(()),
            Some(failed) => Err(failed),
        }
    }
}

/// What a builder holds of a field.
pub type Given<T> = Option<T>;

/// What comes of building an event.
pub type Built<T> = Result<T, BuildError>;

/// Gives a builder a value.
pub fn set<T>(place: &mut Option<T>, value: impl Into<T>) {
    *place = Some(value.into());
}

/// An error where a builder lacks a value that nothing fills in: each pair is whether it does, and the field's name.
pub fn check(event: &'static str, lacks: &[(bool, &'static str)]) -> Result<(), BuildError> {
    match lacks.iter().find(|(lacks, _)| *lacks) {
        Some((_, field)) => Err(BuildError::missing(event, field)),
        None => Ok(()),
    }
}

/// A value that [`check`] has found to be there.
pub fn given<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => unreachable!("a builder asks for it before"),
    }
}
