//! Vectors whose bits lie apart.

use super::Type;

/// A vector of a fixed length, stored bit by bit, so that a search may read the first bits of each number only.
/// <https://clickhouse.com/docs/reference/data-types/qbit>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QBit {
    /// The type of its numbers: `Int8`, `BFloat16`, `Float32` or `Float64`.
    pub element: Type,
    /// How many numbers it has.
    pub dimension: u32,
    /// How many of them lie together: all, or a multiple of 8 by which `dimension` can be divided.
    pub stride: u32,
}

impl QBit {
    /// The greatest `dimension`: the bits of 16,777,215 bytes (`MAX_FIXEDSTRING_SIZE`), of which ClickHouse makes a plane.
    pub const MAX_DIMENSION: u32 = 8 * 0xFF_FFFF;

    /// Whether a number of a vector may have this type.
    pub fn takes(element: &Type) -> bool {
        matches!(element, Type::Int8 | Type::BFloat16 | Type::Float32 | Type::Float64)
    }

    /// The list of the same numbers: the form in which a value travels.
    pub fn list(&self) -> Type {
        Type::Array(Box::new(self.element.clone()))
    }
}
