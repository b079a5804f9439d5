//! What the code of derives calls. It does once what would otherwise stand in every event, for rustc reads, checks and borrows
//! whatever a derive writes, and an application may have a thousand events.

use crate::event::{BuildError, FieldError};
use crate::value::{SegmentBuffer, ValueError};

/// Encodes a field into its segments, `first` to before `end`; the answer is whether the next field may follow.
///
/// It is always inlined: then the function that encodes and the segments are known, and nothing is left of the call.
#[inline(always)]
pub fn put<T, const N: usize>(
    encode: fn(&T, &mut [SegmentBuffer]) -> Result<(), ValueError>,
    value: &T,
    segments: &mut [SegmentBuffer; N],
    (first, end): (usize, usize),
    field: &'static str,
    failed: &mut Option<FieldError>,
) -> bool {
    match encode(value, &mut segments[first..end]) {
        Ok(()) => true,
        Err(error) => {
            *failed = Some(FieldError::new(field, error));
            false
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
