//! ClickHouse's types: the tree, its printer and its parser.
//!
//! The printed form is the one that ClickHouse itself prints, so a type read from `system.columns` and printed back
//! is the same text.

mod aggregates;
mod error;
mod geo;
mod json;
mod names;
mod nesting;
mod parse;
mod print;
mod qbit;
mod since;
mod wire;

#[cfg(feature = "compile")]
pub(crate) use aggregates::names as aggregate_names;
pub use aggregates::own_name as aggregate_function;
pub use error::TypeError;
pub use geo::Geo;
pub use json::Json;
pub use names::NAMES;
pub use qbit::QBit;
pub use since::{gates, type_since};

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
    /// The upper half of a single-precision float.
    BFloat16,
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
    /// A time of day, or a span of at most 999:59:59 in either direction, in seconds.
    Time,
    /// The same, counted in 10^-`n` seconds (0 to 9).
    Time64(u8),
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
    /// One of a list of names, stored as its number.
    Enum {
        /// Whether numbers have 16 bits, not 8.
        wide: bool,
        /// Names and numbers, by number.
        values: Vec<(String, i16)>,
    },
    /// A list of values of one type.
    Array(Box<Type>),
    /// Pairs of a key and a value.
    Map(Box<Type>, Box<Type>),
    /// Several values; all of them have names, or none has.
    Tuple(Vec<Element>),
    /// A list of rows of a small table. As a column it is an Array for each element, called `column.element`.
    Nested(Vec<Element>),
    /// A value or NULL.
    Nullable(Box<Type>),
    /// Values stored by a dictionary; the values are those of the inner type.
    LowCardinality(Box<Type>),
    /// An object, each of its paths in a column.
    Json(Box<Json>),
    /// A value of one of several types.
    Variant(Vec<Type>),
    /// A value of any type; as many types as this have a column of their own.
    Dynamic(u8),
    /// A vector whose bits lie apart.
    QBit(Box<QBit>),
    /// Points, and what is made of them.
    Geo(Geo),
    /// The unfinished state of an aggregate function.
    AggregateFunction(Box<Aggregate>),
    /// A value that an aggregate function unites with others as it is.
    SimpleAggregateFunction(Box<Aggregate>),
    /// A number of seconds, days, …
    Interval(Unit),
}

/// A part of a Tuple or a Nested.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Element {
    /// Its name; every element of a Nested has one.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
}

/// An aggregate function and what it aggregates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Aggregate {
    /// The version of the state's format, where it is not the first.
    pub version: Option<u64>,
    /// The function's name.
    pub function: String,
    /// Its parameters, numbers and strings, as they are printed.
    pub parameters: Vec<String>,
    /// The types of its arguments.
    pub arguments: Vec<Type>,
}

/// What an interval counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say all")]
pub enum Unit {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A string as a literal of ClickHouse, as it prints it in a type.
pub fn string_literal(text: &str) -> String {
    print::Text(text).to_string()
}

/// How many types a Dynamic keeps apart unless it says otherwise.
const DYNAMIC_TYPES: u8 = 32;

impl Type {
    /// Bytes of one value in the Native format, for the types whose values are all of one size.
    pub fn fixed_width(&self) -> Option<usize> {
        Some(match self {
            Type::UInt8 | Type::Int8 | Type::Bool | Type::Enum { wide: false, .. } => 1,
            Type::UInt16 | Type::Int16 | Type::Date | Type::BFloat16 | Type::Enum { wide: true, .. } => 2,
            Type::UInt32
            | Type::Int32
            | Type::Float32
            | Type::Date32
            | Type::DateTime(_)
            | Type::Time
            | Type::Ipv4 => 4,
            Type::UInt64
            | Type::Int64
            | Type::Float64
            | Type::DateTime64 { .. }
            | Type::Time64(_)
            | Type::Interval(_) => 8,
            Type::UInt128 | Type::Int128 | Type::Uuid | Type::Ipv6 => 16,
            Type::UInt256 | Type::Int256 => 32,
            Type::FixedString(bytes) => *bytes as usize,
            Type::Decimal { precision, .. } => match precision {
                0..=9 => 4,
                10..=18 => 8,
                19..=38 => 16,
                _ => 32,
            },
            Type::SimpleAggregateFunction(aggregate) => return aggregate.arguments.first()?.fixed_width(),
            Type::String
            | Type::Array(_)
            | Type::Map(..)
            | Type::Tuple(_)
            | Type::Nested(_)
            | Type::Nullable(_)
            | Type::LowCardinality(_)
            | Type::Json(_)
            | Type::Variant(_)
            | Type::Dynamic(_)
            | Type::QBit(_)
            | Type::Geo(_)
            | Type::AggregateFunction(_) => return None,
        })
    }

    /// The type without `Nullable`, `LowCardinality` and `SimpleAggregateFunction` around it.
    pub fn inner(&self) -> &Type {
        match self {
            Type::Nullable(inner) | Type::LowCardinality(inner) => inner.inner(),
            Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
                [value] => value.inner(),
                _ => self,
            },
            plain => plain,
        }
    }

    /// Whether a value may be NULL.
    pub fn is_nullable(&self) -> bool {
        match self {
            Type::Nullable(_) => true,
            Type::LowCardinality(inner) => inner.is_nullable(),
            Type::SimpleAggregateFunction(aggregate) => {
                aggregate.arguments.first().is_some_and(Type::is_nullable)
            }
            _ => false,
        }
    }

    /// The types directly inside, in their order.
    pub fn parts(&self) -> Vec<&Type> {
        match self {
            Type::Array(inner) | Type::Nullable(inner) | Type::LowCardinality(inner) => vec![inner],
            Type::Map(key, value) => vec![key, value],
            Type::Tuple(elements) | Type::Nested(elements) => {
                elements.iter().map(|element| &element.ty).collect()
            }
            Type::Variant(types) => types.iter().collect(),
            Type::Json(json) => json.paths.iter().map(|(_, ty)| ty).collect(),
            Type::AggregateFunction(aggregate) | Type::SimpleAggregateFunction(aggregate) => {
                aggregate.arguments.iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The type of what ClickHouse reads under a name below a column: an element, an element of each element, a path.
    /// A path of a JSON that has no type of its own is a `Dynamic`.
    pub fn part(&self, name: &str) -> Option<Type> {
        let element = |elements: &[Element]| {
            elements.iter().find_map(|element| {
                let rest = name.strip_prefix(element.name.as_deref()?)?;
                match rest.strip_prefix('.') {
                    Some(rest) => element.ty.part(rest),
                    None => rest.is_empty().then(|| element.ty.clone()),
                }
            })
        };
        match self {
            Type::Tuple(elements) => element(elements),
            Type::Nested(elements) => element(elements).map(|ty| Type::Array(Box::new(ty))),
            Type::Array(inner) => inner.part(name).map(|ty| Type::Array(Box::new(ty))),
            Type::Json(json) => {
                let typed = json.paths.iter().find(|(path, _)| path == name);
                Some(typed.map_or(Type::Dynamic(DYNAMIC_TYPES), |(_, ty)| ty.clone()))
            }
            _ => None,
        }
    }

    /// Whether this type, or one inside it, is such a one.
    pub fn any(&self, is: &impl Fn(&Type) -> bool) -> bool {
        is(self) || self.parts().into_iter().any(|part| part.any(is))
    }
}
