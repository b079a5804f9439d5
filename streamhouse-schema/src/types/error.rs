//! Why a text is not a type.

use super::parse::{MAX_DEPTH, MAX_LENGTH};

/// Why a text is not a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// The name is not a type of ClickHouse.
    #[error("`{name}` is not a type of ClickHouse{}", suggestion(.near))]
    Unknown {
        /// The name as written.
        name: String,
        /// The known name that is nearest to it, if one is near.
        near: Option<&'static str>,
    },
    /// Something other than what the grammar asks for.
    #[error("expected {expected} at byte {at} of the type `{text}`")]
    Syntax {
        /// What would have been right.
        expected: &'static str,
        /// Where, in bytes from the start.
        at: usize,
        /// The text, or the part of a long one that surrounds the place.
        text: String,
    },
    /// A parameter outside its range.
    #[error("{what} must be {range}, not {found}")]
    Range {
        /// Which parameter.
        what: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it is.
        found: i128,
    },
    /// A type where ClickHouse allows none of its kind.
    #[error("{outer} cannot hold {inner}")]
    Nesting {
        /// The outer type's name.
        outer: &'static str,
        /// The inner type.
        inner: String,
    },
    /// Two parts of one type with one name, or one number.
    #[error("{what} stands twice: {found}")]
    Twice {
        /// What.
        what: &'static str,
        /// The name or the number.
        found: String,
    },
    /// A name that cannot be given to a part of a type.
    #[error("an element of a Tuple cannot be called `{name}`: ClickHouse keeps that name for itself")]
    Reserved {
        /// The name.
        name: String,
    },
    /// The text is longer, or nested deeper, than any real type.
    #[error("the type is longer than {MAX_LENGTH} bytes or nested deeper than {MAX_DEPTH}")]
    TooLarge,
}

fn suggestion(near: &Option<&'static str>) -> String {
    near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
