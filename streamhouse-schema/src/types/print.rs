//! The canonical text of a type: what ClickHouse prints.

use std::fmt;

use super::Type;

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::UInt8 => f.write_str("UInt8"),
            Type::UInt16 => f.write_str("UInt16"),
            Type::UInt32 => f.write_str("UInt32"),
            Type::UInt64 => f.write_str("UInt64"),
            Type::UInt128 => f.write_str("UInt128"),
            Type::UInt256 => f.write_str("UInt256"),
            Type::Int8 => f.write_str("Int8"),
            Type::Int16 => f.write_str("Int16"),
            Type::Int32 => f.write_str("Int32"),
            Type::Int64 => f.write_str("Int64"),
            Type::Int128 => f.write_str("Int128"),
            Type::Int256 => f.write_str("Int256"),
            Type::Float32 => f.write_str("Float32"),
            Type::Float64 => f.write_str("Float64"),
            Type::Bool => f.write_str("Bool"),
            Type::String => f.write_str("String"),
            Type::FixedString(bytes) => write!(f, "FixedString({bytes})"),
            Type::Uuid => f.write_str("UUID"),
            Type::Date => f.write_str("Date"),
            Type::Date32 => f.write_str("Date32"),
            Type::DateTime(None) => f.write_str("DateTime"),
            Type::DateTime(Some(zone)) => write!(f, "DateTime('{zone}')"),
            Type::DateTime64 { precision, zone: None } => write!(f, "DateTime64({precision})"),
            Type::DateTime64 { precision, zone: Some(zone) } => {
                write!(f, "DateTime64({precision}, '{zone}')")
            }
            Type::Decimal { precision, scale } => write!(f, "Decimal({precision}, {scale})"),
            Type::Ipv4 => f.write_str("IPv4"),
            Type::Ipv6 => f.write_str("IPv6"),
            Type::Array(inner) => write!(f, "Array({inner})"),
            Type::Map(key, value) => write!(f, "Map({key}, {value})"),
            Type::Nullable(inner) => write!(f, "Nullable({inner})"),
            Type::LowCardinality(inner) => write!(f, "LowCardinality({inner})"),
        }
    }
}
