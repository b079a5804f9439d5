//! A Rust type for each column.

use std::collections::BTreeSet;

use streamhouse_schema::types::{Element, Geo, Type};

use super::names::{camel, is_ident};
use super::tokens::string;

/// The type of a field, and what has to be said of it.
pub(super) struct Field {
    pub(super) rust: String,
    pub(super) attributes: Vec<String>,
}

/// Types that fields need.
pub(super) struct Helpers {
    event: String,
    names: BTreeSet<String>,
    /// Their declarations.
    pub(super) items: String,
}

impl Helpers {
    pub(super) fn of(event: &str) -> Self {
        Self { event: event.to_string(), names: BTreeSet::new(), items: String::new() }
    }

    /// The field of a column; nothing where no field has the type.
    pub(super) fn field(&mut self, column: &str, ty: &Type) -> Option<Field> {
        let rust = self.rust(column, ty)?;
        let attributes = match ty {
            ty if is_usual(ty) => Vec::new(),
            Type::LowCardinality(inner) if is_usual(inner) && is_text(inner) => {
                vec!["low_cardinality".into()]
            }
            Type::Decimal { precision, scale } => vec![format!("decimal({precision}, {scale})")],
            ty => vec![format!("type = {}", string(&ty.to_string()))],
        };
        Some(Field { rust, attributes })
    }

    fn rust(&mut self, column: &str, ty: &Type) -> Option<String> {
        Some(match ty {
            Type::UInt8 => "u8".into(),
            Type::UInt16 => "u16".into(),
            Type::UInt32 => "u32".into(),
            Type::UInt64 => "u64".into(),
            Type::UInt128 => "u128".into(),
            Type::Int8 => "i8".into(),
            Type::Int16 => "i16".into(),
            Type::Int32 => "i32".into(),
            Type::Int64 | Type::Interval(_) => "i64".into(),
            Type::Int128 => "i128".into(),
            Type::UInt256 | Type::Int256 => "[u8; 32]".into(),
            Type::Float32 | Type::BFloat16 => "f32".into(),
            Type::Float64 => "f64".into(),
            Type::Bool => "bool".into(),
            Type::String => "String".into(),
            Type::FixedString(length) if *length <= 256 => format!("[u8; {length}]"),
            Type::Uuid => "uuid::Uuid".into(),
            Type::Date | Type::Date32 => "chrono::NaiveDate".into(),
            Type::DateTime(_) | Type::DateTime64 { .. } => "chrono::DateTime<chrono::Utc>".into(),
            Type::Time | Type::Time64(_) => "chrono::TimeDelta".into(),
            Type::Decimal { .. } => "rust_decimal::Decimal".into(),
            Type::Ipv4 => "std::net::Ipv4Addr".into(),
            Type::Ipv6 => "std::net::Ipv6Addr".into(),
            Type::Enum { values, .. } => self.names_of(column, values),
            Type::Array(item) => format!("Vec<{}>", self.rust(column, item)?),
            Type::QBit(vector) => {
                format!("[{}; {}]", self.rust(column, &vector.element)?, vector.dimension)
            }
            Type::Map(key, value) => format!(
                "std::collections::BTreeMap<{}, {}>",
                self.rust(&format!("{column} key"), key)?,
                self.rust(column, value)?
            ),
            Type::Tuple(elements) => self.tuple(column, elements)?,
            Type::Nested(elements) => format!("Vec<{}>", self.tuple(column, elements)?),
            Type::Nullable(inner) => format!("Option<{}>", self.rust(column, inner)?),
            Type::LowCardinality(inner) => self.rust(column, inner)?,
            Type::SimpleAggregateFunction(aggregate) => self.rust(column, aggregate.arguments.first()?)?,
            Type::Json(_) => "serde_json::Value".into(),
            Type::Geo(Geo::Geometry) => return None,
            Type::Geo(geo) => self.rust(column, &geo.structure()?)?,
            _ => return None,
        })
    }

    fn tuple(&mut self, column: &str, elements: &[Element]) -> Option<String> {
        if elements.len() > 13 {
            return None;
        }
        let mut types = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            let name = element.name.clone().unwrap_or_else(|| at.to_string());
            types.push(self.rust(&format!("{column} {name}"), &element.ty)?);
        }
        // One alone needs the comma.
        let comma = if types.len() == 1 { "," } else { "" };
        Some(format!("({}{comma})", types.join(", ")))
    }

    /// Declares an enum, and gives its name.
    fn names_of(&mut self, column: &str, values: &[(String, i16)]) -> String {
        let wanted = format!("{}{}", self.event, camel(column));
        let mut name = wanted.clone();
        for number in 2.. {
            if self.names.insert(name.clone()) {
                break;
            }
            name = format!("{wanted}{number}");
        }
        let mut variants: BTreeSet<String> = BTreeSet::new();
        let mut text = String::new();
        for (value, number) in values {
            let mut variant = camel(value);
            if !is_ident(&variant) || !variants.insert(variant.clone()) || variant == "Self" {
                variant = format!("Number{number}").replace('-', "Minus");
                variants.insert(variant.clone());
            }
            if variant != *value {
                text.push_str(&format!("    #[stream(rename = {})]\n", string(value)));
            }
            text.push_str(&format!("    {variant} = {number},\n"));
        }
        self.items.push_str(&format!(
            "\n/// A value of `{column}`.\n#[derive(StreamType)]\npub enum {name} {{\n{text}}}\n"
        ));
        name
    }
}

/// Whether a field has this column without being told.
fn is_usual(ty: &Type) -> bool {
    match ty {
        Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64 | Type::UInt128 => true,
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::Int128 => true,
        Type::Float32 | Type::Float64 | Type::Bool | Type::String | Type::FixedString(_) => true,
        Type::Uuid | Type::Date32 | Type::Ipv4 | Type::Ipv6 => true,
        Type::DateTime64 { precision: 3, zone: Some(zone) } => zone == "UTC",
        Type::Nullable(inner) => is_usual(inner),
        // A list of bytes is a string.
        Type::Array(item) => is_usual(item) && **item != Type::UInt8,
        Type::Map(key, value) => is_usual(key) && is_usual(value),
        _ => false,
    }
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Nullable(inner) => is_text(inner),
        ty => *ty == Type::String,
    }
}
