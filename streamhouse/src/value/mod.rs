//! Values on their way into columns: which Rust types a ClickHouse type takes, and how they are written.
//!
//! [`Encode<C>`](Encode) says that a Rust type can be written to a column of the type `C` of [`mod@column`]. The derive
//! names the column's type as it read it from the source; the compiler finds the implementation by what the field's
//! type really is. Where the two disagree, that is a build error at the field.

pub mod column;
mod containers;
pub(crate) mod dates;
#[cfg(feature = "rust_decimal")]
mod decimal;
pub mod detail;
mod json;
mod numbers;
mod segment;
mod text;
mod tuples;
mod wrappers;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "ipnet")]
mod ipnet;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

pub use detail::Detail;
pub use json::Json;
pub use segment::SegmentBuffer;

use crate::validate::ValidationError;

/// A type of ClickHouse, as a Rust type: one of those in [`mod@column`].
pub trait ColumnType {
    /// How many segments a column of this type has.
    const SEGMENTS: usize;

    /// Appends the type's default value, which stands under a NULL.
    fn push_default(segments: &mut [SegmentBuffer]);
}

/// A Rust type whose values can be written to a column of type `C`.
///
/// Implement it for a type of your own by encoding what it stands for:
///
/// ```
/// use streamhouse::value::{column, Encode, SegmentBuffer, ValueError};
///
/// struct UserId(u64);
///
/// impl Encode<column::UInt64> for UserId {
///     fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
///         self.0.encode(segments)
///     }
/// }
/// ```
///
/// `#[derive(`[`StreamType`]`)]` implements it for enums, structs and newtypes.
#[diagnostic::on_unimplemented(
    message = "a ClickHouse column of type `{C}` does not take values of type `{Self}`",
    label = "cannot be written to a column of type `{C}`",
    note = "the column's type is read from the field's type as it is written; a type alias, or a type of another crate with the same name, may mislead",
    note = "name the column's type with `#[stream(type = …)]`, or derive `streamhouse::StreamType`, or implement `streamhouse::value::Encode` for your type"
)]
pub trait Encode<C: ColumnType> {
    /// The names that these values stand for, where `C` does not say them.
    const DETAIL: Detail = Detail::Plain;

    /// Appends this value to the segments of its column, `C::SEGMENTS` of them.
    ///
    /// An error leaves the segments half written: whoever calls it truncates them to the rows that were whole.
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError>;

    /// Applies the rules for values that the type itself has, as one with `#[derive(StreamType)]` may, and those of what is in
    /// it. The error names the place within this value.
    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        Ok(())
    }
}

/// A Rust type whose values are rows of a Nested column with the elements `T`: a struct with
/// `#[derive(`[`StreamType`]`)]`, or a tuple.
#[diagnostic::on_unimplemented(
    message = "a Nested column with the elements `{T}` does not take rows of type `{Self}`",
    label = "not a row of these elements",
    note = "a row is a struct with `#[derive(StreamType)]`, or a tuple; each of its fields fits the element in its place"
)]
pub trait EncodeRow<T: column::Elements> {
    /// The names of the elements, and what stands in them.
    const DETAIL: Detail;

    /// Appends this row, without ending the lists: the values of each element lie after the segment of its list.
    fn encode_row(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError>;

    /// Applies the rules for values that the type itself has, and those of what is in it.
    #[inline]
    fn check_row_rules(&self) -> Result<(), ValidationError> {
        Ok(())
    }
}

/// A type that an application declares with `#[derive(`[`StreamType`](derive@crate::StreamType)`)]`.
pub trait StreamType {
    /// The ClickHouse type of its values, as ClickHouse writes it.
    const TYPE: &'static str;
}

/// Why a column cannot hold a value. The value itself is not in the message, for it may be somebody's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// A date or a time outside what the type can hold.
    #[error("the moment lies outside the range of {column}, which is {range}")]
    OutOfRange {
        /// The column's type.
        column: &'static str,
        /// From when to when.
        range: &'static str,
    },
    /// A number with more digits than the column has.
    #[error("the number needs more digits than Decimal({precision}, {scale}) has")]
    Overflow {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// A number with more digits after the point than the column has; rounding is the caller's decision.
    #[error(
        "the number has more than {scale} digits after the point: round it first, for example with `round_dp({scale})`"
    )]
    Inexact {
        /// Digits after the point that the column has.
        scale: u8,
    },
    /// A value for a JSON column that is no object that ClickHouse would read.
    #[error("the value for the JSON column {reason}")]
    Json {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The frame was laid out for another event; never so through the public interface.
    #[error("the frame was laid out for another event")]
    WrongFrame,
    /// The event is larger than a frame may be.
    #[error("the event takes {bytes} bytes, more than the {limit} bytes of a frame")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}
