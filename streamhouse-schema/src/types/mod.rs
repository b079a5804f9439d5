//! ClickHouse's types, as far as an event can carry them: the tree, its printer and its parser.
//!
//! The printed form is the one that ClickHouse itself prints, so a type read from `system.columns` and printed back
//! is the same text.

mod parse;
mod print;

pub use parse::TypeError;

/// A ClickHouse type.
///
/// ```
/// use streamhouse_schema::types::Type;
///
/// let tags: Type = "Map(LowCardinality(String), Array(Nullable(Int32)))".parse()?;
/// assert_eq!(tags.to_string(), "Map(LowCardinality(String), Array(Nullable(Int32)))");
/// assert_eq!(tags.wire().to_string(), "Map(String, Array(Nullable(Int32)))");
/// # Ok::<(), streamhouse_schema::types::TypeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// An unsigned integer of 8 bits.
    UInt8,
    /// An unsigned integer of 16 bits.
    UInt16,
    /// An unsigned integer of 32 bits.
    UInt32,
    /// An unsigned integer of 64 bits.
    UInt64,
    /// An unsigned integer of 128 bits.
    UInt128,
    /// An unsigned integer of 256 bits.
    UInt256,
    /// A signed integer of 8 bits.
    Int8,
    /// A signed integer of 16 bits.
    Int16,
    /// A signed integer of 32 bits.
    Int32,
    /// A signed integer of 64 bits.
    Int64,
    /// A signed integer of 128 bits.
    Int128,
    /// A signed integer of 256 bits.
    Int256,
    /// A single-precision float.
    Float32,
    /// A double-precision float.
    Float64,
    /// `true` or `false`, one byte.
    Bool,
    /// Bytes of any length; by convention UTF-8.
    String,
    /// Exactly this many bytes.
    FixedString(u32),
    /// A UUID.
    Uuid,
    /// A day from 1970-01-01 to 2149-06-06.
    Date,
    /// A day from 1900-01-01 to 2299-12-31.
    Date32,
    /// A second from 1970 to 2106, shown in the zone given, else in the server's.
    DateTime(Option<String>),
    /// A moment counted in 10^-`precision` seconds (0 to 9), shown in the zone given, else in the server's.
    DateTime64 {
        /// Digits after the second, 0 to 9.
        precision: u8,
        /// The zone in which it is shown.
        zone: Option<String>,
    },
    /// A fixed-point number of `precision` digits, `scale` of them after the point.
    Decimal {
        /// Digits in all, 1 to 76.
        precision: u8,
        /// Digits after the point, at most `precision`.
        scale: u8,
    },
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A list of values of one type.
    Array(Box<Type>),
    /// Pairs of a key and a value.
    Map(Box<Type>, Box<Type>),
    /// A value or NULL.
    Nullable(Box<Type>),
    /// Values stored by a dictionary; the values are those of the inner type.
    LowCardinality(Box<Type>),
}

impl Type {
    /// The form in which values of this type travel: what is left when everything that only concerns storage is
    /// taken off. The server converts it on insert (`input_format_native_allow_types_conversion`).
    pub fn wire(&self) -> Type {
        match self {
            Type::LowCardinality(inner) => inner.wire(),
            Type::Nullable(inner) => Type::Nullable(Box::new(inner.wire())),
            Type::Array(inner) => Type::Array(Box::new(inner.wire())),
            Type::Map(key, value) => Type::Map(Box::new(key.wire()), Box::new(value.wire())),
            plain => plain.clone(),
        }
    }

    /// Bytes of one value in the Native format, for the types whose values are all of one size.
    pub fn fixed_width(&self) -> Option<usize> {
        Some(match self {
            Type::UInt8 | Type::Int8 | Type::Bool => 1,
            Type::UInt16 | Type::Int16 | Type::Date => 2,
            Type::UInt32 | Type::Int32 | Type::Float32 | Type::Date32 | Type::DateTime(_) | Type::Ipv4 => 4,
            Type::UInt64 | Type::Int64 | Type::Float64 | Type::DateTime64 { .. } => 8,
            Type::UInt128 | Type::Int128 | Type::Uuid | Type::Ipv6 => 16,
            Type::UInt256 | Type::Int256 => 32,
            Type::FixedString(bytes) => *bytes as usize,
            Type::Decimal { precision, .. } => match precision {
                0..=9 => 4,
                10..=18 => 8,
                19..=38 => 16,
                _ => 32,
            },
            Type::String | Type::Array(_) | Type::Map(..) | Type::Nullable(_) | Type::LowCardinality(_) => {
                return None;
            }
        })
    }

    /// The type without `Nullable` and `LowCardinality` around it.
    pub fn inner(&self) -> &Type {
        match self {
            Type::Nullable(inner) | Type::LowCardinality(inner) => inner.inner(),
            plain => plain,
        }
    }

    /// Whether a value may be NULL.
    pub fn is_nullable(&self) -> bool {
        match self {
            Type::Nullable(_) => true,
            Type::LowCardinality(inner) => inner.is_nullable(),
            _ => false,
        }
    }
}
