//! Values of any type that travels: made, put into the segments of a frame, and read back from what the engine says.

use streamhouse::value::SegmentBuffer;
use streamhouse_schema::segments::segments_of;
use streamhouse_schema::types::{Element, Type};

use super::random::Random;

/// A value, as far as its type does not say it already.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// The bytes of a value of fixed size, the least first.
    Fixed(Vec<u8>),
    /// A string.
    Text(Vec<u8>),
    /// The elements of a list or a map.
    List(Vec<Value>),
    /// The elements of a tuple, or key and value.
    Row(Vec<Value>),
    /// No value.
    Null,
}

/// Strings that have been trouble to somebody.
const TEXTS: &[&str] = &[
    "",
    "a",
    "it's",
    "back\\slash",
    "\0",
    "\n\t\r",
    "ünïcödé 🦀",
    "NULL",
    "0",
    "2024-02-29 12:00:00",
    "{}",
    "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
];

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Fixed(bytes) => write!(f, "{bytes:02x?}"),
            Value::Text(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
            Value::List(items) => f.debug_list().entries(items).finish(),
            Value::Row(items) => f.debug_set().entries(items).finish(),
            Value::Null => f.write_str("NULL"),
        }
    }
}

impl Value {
    /// A value of a type; often one from the edge of what it holds.
    pub fn random(ty: &Type, random: &mut Random) -> Self {
        match ty {
            Type::Nullable(_) if random.chance(30) => Value::Null,
            Type::Nullable(inner) | Type::LowCardinality(inner) => Self::random(inner, random),
            Type::SimpleAggregateFunction(aggregate) => Self::random(&aggregate.arguments[0], random),
            Type::Array(item) => {
                let count = length(random);
                Value::List((0..count).map(|_| Self::random(item, random)).collect())
            }
            Type::QBit(vector) => {
                Value::List((0..vector.dimension).map(|_| Self::random(&vector.element, random)).collect())
            }
            Type::Nested(elements) => {
                let count = length(random);
                Value::List((0..count).map(|_| row(elements, random)).collect())
            }
            // A key stands in a map once.
            Type::Map(key, value) => {
                let mut pairs: Vec<Value> = Vec::new();
                for _ in 0..length(random) {
                    let key = Self::random(key, random);
                    let known = pairs.iter().any(|pair| matches!(pair, Value::Row(pair) if pair[0] == key));
                    if !known {
                        pairs.push(Value::Row(vec![key, Self::random(value, random)]));
                    }
                }
                Value::List(pairs)
            }
            Type::Tuple(elements) => row(elements, random),
            Type::Geo(geo) => match geo.structure() {
                Some(structure) => Self::random(&structure, random),
                None => Value::Null,
            },
            Type::String if random.chance(4) => Value::Text(random.bytes(300)),
            Type::String => Value::Text(random.pick(TEXTS).as_bytes().to_vec()),
            Type::Json(json) => Value::Text(super::json::object(json, random).into_bytes()),
            fixed => Value::Fixed(bytes(fixed, random)),
        }
    }

    /// Appends the value to the segments of its column, the first of which is the first of `segments`.
    pub fn encode(&self, ty: &Type, segments: &mut [SegmentBuffer]) {
        match (ty, self) {
            (Type::LowCardinality(inner), value) => value.encode(inner, segments),
            (Type::SimpleAggregateFunction(aggregate), value) => {
                value.encode(&aggregate.arguments[0], segments)
            }
            (Type::Nullable(inner), Value::Null) => {
                segments[0].push_fixed([1]);
                Self::nothing(inner).encode(inner, &mut segments[1..]);
            }
            (Type::Nullable(inner), value) => {
                segments[0].push_fixed([0]);
                value.encode(inner, &mut segments[1..]);
            }
            (Type::Geo(geo), value) => {
                if let Some(structure) = geo.structure() {
                    value.encode(&structure, segments);
                }
            }
            (Type::Array(item), Value::List(items)) => {
                segments[0].push_array(items.len());
                items.iter().for_each(|value| value.encode(item, &mut segments[1..]));
            }
            (Type::QBit(vector), value) => value.encode(&vector.list(), segments),
            (Type::Nested(elements), Value::List(items)) => {
                segments[0].push_array(items.len());
                items.iter().for_each(|value| value.encode_row(elements, &mut segments[1..]));
            }
            (Type::Map(key, value), Value::List(pairs)) => {
                segments[0].push_array(pairs.len());
                let keys = segments_of(key).len();
                for pair in pairs {
                    let Value::Row(pair) = pair else { continue };
                    pair[0].encode(key, &mut segments[1..]);
                    pair[1].encode(value, &mut segments[1 + keys..]);
                }
            }
            (Type::Tuple(elements), value) => value.encode_row(elements, segments),
            (_, Value::Text(text)) => segments[0].push_string(text),
            (_, Value::Fixed(bytes)) => bytes.iter().for_each(|byte| segments[0].push_fixed([*byte])),
            (ty, value) => unreachable!("{value:?} is no value of {ty}"),
        }
    }

    fn encode_row(&self, elements: &[Element], segments: &mut [SegmentBuffer]) {
        let Value::Row(values) = self else { return };
        let mut at = 0;
        for (value, element) in values.iter().zip(elements) {
            value.encode(&element.ty, &mut segments[at..]);
            at += segments_of(&element.ty).len();
        }
    }

    /// What stands where there is no value.
    fn nothing(ty: &Type) -> Self {
        match ty {
            Type::LowCardinality(inner) => Self::nothing(inner),
            Type::SimpleAggregateFunction(aggregate) => Self::nothing(&aggregate.arguments[0]),
            Type::String => Value::Text(Vec::new()),
            Type::Json(_) => Value::Text(b"{}".to_vec()),
            fixed => Value::Fixed(vec![0; fixed.fixed_width().unwrap_or_default()]),
        }
    }

    /// Reads a value of ClickHouse's RowBinary format, with JSON as text; `None` where the bytes are too few.
    pub fn read(ty: &Type, bytes: &mut &[u8]) -> Option<Self> {
        let row = |elements: &[Element], bytes: &mut &[u8]| -> Option<Value> {
            Some(Value::Row(
                elements.iter().map(|element| Self::read(&element.ty, bytes)).collect::<Option<_>>()?,
            ))
        };
        Some(match ty {
            Type::LowCardinality(inner) => Self::read(inner, bytes)?,
            Type::SimpleAggregateFunction(aggregate) => Self::read(&aggregate.arguments[0], bytes)?,
            Type::Nullable(inner) => match take(bytes, 1)?[0] {
                0 => Self::read(inner, bytes)?,
                _ => Value::Null,
            },
            Type::Geo(geo) => Self::read(&geo.structure()?, bytes)?,
            Type::QBit(vector) => Self::read(&vector.list(), bytes)?,
            Type::Array(item) => {
                let count = varint(bytes)?;
                Value::List((0..count).map(|_| Self::read(item, bytes)).collect::<Option<_>>()?)
            }
            Type::Nested(elements) => {
                let count = varint(bytes)?;
                Value::List((0..count).map(|_| row(elements, bytes)).collect::<Option<_>>()?)
            }
            Type::Map(key, value) => {
                let count = varint(bytes)?;
                let pair = |bytes: &mut &[u8]| {
                    Some(Value::Row(vec![Self::read(key, bytes)?, Self::read(value, bytes)?]))
                };
                Value::List((0..count).map(|_| pair(bytes)).collect::<Option<_>>()?)
            }
            Type::Tuple(elements) => row(elements, bytes)?,
            Type::String | Type::Json(_) => {
                let length = varint(bytes)?;
                Value::Text(take(bytes, length)?.to_vec())
            }
            fixed => Value::Fixed(take(bytes, fixed.fixed_width()?)?.to_vec()),
        })
    }

    /// Whether the engine gave back what it was given. Of a JSON it may order the paths, and add those that have a type.
    pub fn came_back_as(&self, ty: &Type, back: &Value) -> bool {
        match (ty, self, back) {
            (Type::LowCardinality(inner) | Type::Nullable(inner), one, other) => {
                one == other
                    || (!matches!((one, other), (Value::Null, _) | (_, Value::Null))
                        && one.came_back_as(inner, other))
            }
            (Type::SimpleAggregateFunction(aggregate), one, other) => {
                one.came_back_as(&aggregate.arguments[0], other)
            }
            (Type::Array(item), Value::List(one), Value::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.came_back_as(item, other))
            }
            (Type::QBit(vector), one, other) => one.came_back_as(&vector.list(), other),
            (Type::Nested(elements), Value::List(one), Value::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| rows_alike(elements, one, other))
            }
            (Type::Map(key, value), Value::List(one), Value::List(other)) => {
                let pair = |one: &Value, other: &Value| match (one, other) {
                    (Value::Row(one), Value::Row(other)) => {
                        one[0].came_back_as(key, &other[0]) && one[1].came_back_as(value, &other[1])
                    }
                    _ => false,
                };
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| pair(one, other))
            }
            (Type::Tuple(elements), one, other) => rows_alike(elements, one, other),
            (Type::Json(_), Value::Text(one), Value::Text(other)) => super::json::came_back(one, other),
            (_, one, other) => one == other,
        }
    }
}

fn rows_alike(elements: &[Element], one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Row(one), Value::Row(other)) => elements
            .iter()
            .zip(one.iter().zip(other))
            .all(|(element, (one, other))| one.came_back_as(&element.ty, other)),
        _ => false,
    }
}

fn row(elements: &[Element], random: &mut Random) -> Value {
    Value::Row(elements.iter().map(|element| Value::random(&element.ty, random)).collect())
}

/// Mostly short, and sometimes longer than any buffer that is made for short ones.
fn length(random: &mut Random) -> usize {
    random.weighted(&[(4, 0), (4, 1), (4, 2), (3, 3), (1, 20)])
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn varint(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The bytes of a value whose type has a size: its edges, and what lies between.
fn bytes(ty: &Type, random: &mut Random) -> Vec<u8> {
    let width = ty.fixed_width().unwrap_or_default();
    let within = |random: &mut Random, least: i64, most: i64| {
        let value = match random.below(5) {
            0 => least,
            1 => most,
            2 => 0_i64.clamp(least, most),
            _ => random.between(least, most),
        };
        value.to_le_bytes()[..width].to_vec()
    };
    match ty {
        Type::Bool => vec![random.below(2) as u8],
        Type::Enum { values, .. } => values[random.below(values.len())].1.to_le_bytes()[..width].to_vec(),
        Type::Float32 => match random.below(4) {
            0 => random
                .pick(&[&f32::NAN, &f32::INFINITY, &f32::MIN, &f32::MIN_POSITIVE, &0.0, &-0.0])
                .to_le_bytes()
                .to_vec(),
            _ => ((random.next() as i32) as f32 / 256.0).to_le_bytes().to_vec(),
        },
        Type::Float64 => match random.below(4) {
            0 => random
                .pick(&[&f64::NAN, &f64::NEG_INFINITY, &f64::MAX, &f64::EPSILON, &0.0, &-0.0])
                .to_le_bytes()
                .to_vec(),
            _ => (random.next() as i64 as f64 / 1024.0).to_le_bytes().to_vec(),
        },
        // 1900-01-01 to 2299-12-31.
        Type::Date32 => within(random, -25_567, 120_529),
        Type::DateTime64 { precision, .. } => {
            let ticks = 10_i64.pow(u32::from(*precision));
            let last = if *precision == 9 { 9_214_646_400 } else { 10_413_791_999 };
            within(random, -2_208_988_800 * ticks, last * ticks)
        }
        Type::Time => within(random, -3_599_999, 3_599_999),
        Type::Time64(precision) => {
            let ticks = 10_i64.pow(u32::from(*precision));
            within(random, -3_599_999 * ticks, 3_599_999 * ticks)
        }
        Type::Decimal { precision, .. } => {
            let digits = u32::from((*precision).min(18));
            let most = 10_i64.pow(digits) - 1;
            let value = within_i64(random, -most, most);
            let mut bytes = value.to_le_bytes().to_vec();
            bytes.resize(width.max(8), if value < 0 { 0xFF } else { 0 });
            bytes.truncate(width);
            bytes
        }
        _ => match random.below(4) {
            0 => vec![0; width],
            1 => vec![0xFF; width],
            2 => {
                let mut most = vec![0xFF; width];
                if let Some(last) = most.last_mut() {
                    *last = 0x7F;
                }
                most
            }
            _ => random.bytes(width),
        },
    }
}

fn within_i64(random: &mut Random, least: i64, most: i64) -> i64 {
    match random.below(4) {
        0 => least,
        1 => most,
        2 => 0,
        _ => random.between(least, most),
    }
}
