//! A value of a type, as an expression over a hash.

use super::Moments;
use crate::sql::string;
use crate::types::{Element, Type};

/// Texts of every kind that rules ask for.
const TEXTS: &[&str] = &[
    "",
    "a",
    "DE",
    "USD",
    "it\\'s",
    "back\\\\slash",
    "\\0",
    "ünïcödé 🦀",
    "NULL",
    "0",
    "42",
    "2024-02-29",
    "{}",
    "https://example.org/a?b=c",
    "ada@example.org",
    "192.0.2.1",
];

pub(super) struct Make {
    pub(super) moments: Moments,
}

impl Make {
    /// A value from a hash; nothing for types that have no values of their own.
    pub(super) fn value(&self, ty: &Type, hash: &str, depth: usize) -> Option<String> {
        let cast = |value: String| Some(format!("CAST({value}, {})", string(&ty.to_string())));
        match ty {
            Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64 | Type::UInt128 | Type::UInt256 => {
                // Mostly small, and sometimes anything.
                cast(format!("if({hash} % 4 = 0, {hash}, {hash} % 100)"))
            }
            Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::Int128 | Type::Int256 => {
                cast(format!("if({hash} % 4 = 0, toInt64({hash}), toInt64({hash} % 100))"))
            }
            Type::Float32 | Type::Float64 => cast(format!("toInt64({hash} % 20000) / 8 - 500")),
            Type::BFloat16 => cast(format!("toFloat32({hash} % 200)")),
            Type::Bool => cast(format!("{hash} % 2")),
            Type::String => {
                let texts: Vec<String> = TEXTS.iter().map(|text| format!("'{text}'")).collect();
                let texts = texts.join(", ");
                Some(format!(
                    "if({hash} % 3 = 0, concat('text ', toString({hash} % 1000)), [{texts}][{hash} % {} + 1])",
                    TEXTS.len()
                ))
            }
            Type::FixedString(length) => cast(format!("substring(hex({hash}), 1, {})", length.min(&16))),
            Type::Uuid => cast(format!("sipHash128({hash})")),
            Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. } => {
                cast(self.moment(hash))
            }
            Type::Time => cast(format!("toInt32({hash} % 86400)")),
            Type::Time64(_) => cast(format!("concat('08:30:', toString(10 + {hash} % 50))")),
            Type::Decimal { precision, scale } => {
                let digits = |count: u8| 10_u64.pow(u32::from(count.min(4)));
                let fraction = format!("leftPad(toString({hash} % {}), {scale}, '0')", digits(*scale));
                let whole = format!("toString({hash} % {})", digits(precision - scale));
                cast(if *scale == 0 { whole } else { format!("concat({whole}, '.', {fraction})") })
            }
            Type::Ipv4 => cast(format!("toUInt32({hash})")),
            Type::Ipv6 => cast(format!("IPv6NumToString(sipHash128({hash}))")),
            Type::Enum { values, .. } => {
                let names: Vec<String> = values.iter().map(|(name, _)| string(name)).collect();
                cast(format!("[{}][{hash} % {} + 1]", names.join(", "), names.len()))
            }
            Type::Interval(_) => cast(format!("toInt64({hash} % 100)")),
            Type::Nullable(inner) => {
                let value = self.value(inner, hash, depth)?;
                cast(format!("if({hash} % 5 = 0, NULL, {value})"))
            }
            Type::LowCardinality(inner) => cast(self.value(inner, hash, depth)?),
            Type::SimpleAggregateFunction(aggregate) => {
                cast(self.value(aggregate.arguments.first()?, hash, depth)?)
            }
            Type::AggregateFunction(aggregate) => {
                let parameters = match &aggregate.parameters[..] {
                    [] => String::new(),
                    more => format!("({})", more.join(", ")),
                };
                let values: Option<Vec<String>> =
                    aggregate.arguments.iter().map(|ty| self.value(ty, hash, depth)).collect();
                let function = string(&format!("{}State{parameters}", aggregate.function));
                Some(format!("initializeAggregation({function}, {})", values?.join(", ")))
            }
            Type::Array(item) => self.list(item, hash, &format!("{hash} % 4"), depth),
            Type::QBit(vector) => {
                cast(self.list(&vector.element, hash, &vector.dimension.to_string(), depth)?)
            }
            Type::Nested(elements) => {
                let inner = |hash: &str| self.tuple(elements, hash, depth + 1);
                cast(map(inner, hash, &format!("{hash} % 3"), depth)?)
            }
            Type::Map(key, value) => {
                let keys = map(|hash| self.value(key, hash, depth + 1), hash, &format!("{hash} % 4"), depth)?;
                let variable = format!("k{depth}");
                let value = self.value(value, &format!("cityHash64({hash}, {variable})"), depth + 1)?;
                cast(format!("arrayMap({variable} -> ({variable}, {value}), arrayDistinct({keys}))"))
            }
            Type::Tuple(elements) => cast(self.tuple(elements, hash, depth)?),
            Type::Geo(geo) => cast(self.value(&geo.structure()?, hash, depth)?),
            Type::Json(_) => cast(format!(
                "concat('{{\"k1\": ', toString({hash} % 100), ', \"k2\": {{\"x\": \"', hex({hash} % 7), '\"}}}}')"
            )),
            _ => None,
        }
    }

    /// A list of so many values.
    pub(super) fn list(&self, item: &Type, hash: &str, length: &str, depth: usize) -> Option<String> {
        let items = map(|hash| self.value(item, hash, depth + 1), hash, length, depth)?;
        Some(format!("CAST({items}, {})", string(&format!("Array({item})"))))
    }

    fn tuple(&self, elements: &[Element], hash: &str, depth: usize) -> Option<String> {
        let value = |(at, element): (usize, &Element)| {
            self.value(&element.ty, &format!("cityHash64({hash}, {at})"), depth + 1)
        };
        let values: Option<Vec<String>> = elements.iter().enumerate().map(value).collect();
        Some(format!("tuple({})", values?.join(", ")))
    }

    /// A moment within three days, so that partitions are few.
    fn moment(&self, hash: &str) -> String {
        match self.moments {
            Moments::Future => format!("toDateTime('2060-01-15 00:00:00', 'UTC') + {hash} % 259200"),
            Moments::Recent => format!("now('UTC') - {hash} % 3600"),
        }
    }
}

/// A list of so many values, each from a hash of its own.
fn map(value: impl Fn(&str) -> Option<String>, hash: &str, length: &str, depth: usize) -> Option<String> {
    let variable = format!("x{depth}");
    let value = value(&format!("cityHash64({hash}, {variable})"))?;
    Some(format!("arrayMap({variable} -> {value}, range({length}))"))
}
