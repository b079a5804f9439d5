//! Reads a type from the text in which ClickHouse prints it, or from other spellings that it takes.
//!
//! The text may come from a published schema, that is, from anybody: nesting and length are bounded, and nothing here
//! panics.

mod aggregate;
mod enumeration;
mod json;
mod lex;
mod qbit;
mod tuple;

use std::str::FromStr;

use super::{DYNAMIC_TYPES, Geo, Type, TypeError, Unit, nesting};

/// The deepest nesting that is read. ClickHouse's own tables stay far below it.
pub(super) const MAX_DEPTH: usize = 32;
/// The longest text that is read, in bytes: an enumeration of some thousand names.
pub(super) const MAX_LENGTH: usize = 65_536;

impl FromStr for Type {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        if text.len() > MAX_LENGTH {
            return Err(TypeError::TooLarge);
        }
        let mut parser = Parser { text, at: 0 };
        let parsed = parser.parse(0)?;
        parser.skip_spaces();
        if parser.at < text.len() {
            return Err(parser.expected("the end"));
        }
        Ok(parsed)
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn parse(&mut self, depth: usize) -> Result<Type, TypeError> {
        if depth > MAX_DEPTH {
            return Err(TypeError::TooLarge);
        }
        let name = self.word()?;
        let ty = match name.as_str() {
            "UInt8" => Type::UInt8,
            "UInt16" => Type::UInt16,
            "UInt32" => Type::UInt32,
            "UInt64" => Type::UInt64,
            "UInt128" => Type::UInt128,
            "UInt256" => Type::UInt256,
            "Int8" => Type::Int8,
            "Int16" => Type::Int16,
            "Int32" => Type::Int32,
            "Int64" => Type::Int64,
            "Int128" => Type::Int128,
            "Int256" => Type::Int256,
            "Float32" => Type::Float32,
            "Float64" => Type::Float64,
            "BFloat16" => Type::BFloat16,
            "Bool" => Type::Bool,
            "String" => Type::String,
            "UUID" => Type::Uuid,
            "Date" => Type::Date,
            "Date32" => Type::Date32,
            "IPv4" => Type::Ipv4,
            "IPv6" => Type::Ipv6,
            "Time" => Type::Time,
            "FixedString" => {
                self.open()?;
                let bytes = self.number("the length of FixedString", "1 to 65535", 1..=65535)?;
                self.close()?;
                Type::FixedString(bytes as u32)
            }
            "DateTime" | "DateTime32" => {
                Type::DateTime(if self.eat('(') { Some(self.zone_and_close()?) } else { None })
            }
            "DateTime64" => self.date_time64()?,
            "Time64" => Type::Time64(match self.eat('(') {
                false => 3,
                true => {
                    let precision = self.number("the precision of Time64", "0 to 9", 0..=9)? as u8;
                    self.close()?;
                    precision
                }
            }),
            "Decimal" => self.decimal()?,
            "Decimal32" => self.decimal_of(9)?,
            "Decimal64" => self.decimal_of(18)?,
            "Decimal128" => self.decimal_of(38)?,
            "Decimal256" => self.decimal_of(76)?,
            "Enum" => self.enumeration(None)?,
            "Enum8" => self.enumeration(Some(false))?,
            "Enum16" => self.enumeration(Some(true))?,
            "Array" => Type::Array(Box::new(self.inner(depth)?)),
            "Nullable" => {
                let inner = self.inner(depth)?;
                nesting::nullable(&inner)?;
                Type::Nullable(Box::new(inner))
            }
            "LowCardinality" => {
                let inner = self.inner(depth)?;
                nesting::low_cardinality(&inner)?;
                Type::LowCardinality(Box::new(inner))
            }
            "Map" => {
                self.open()?;
                let key = self.parse(depth + 1)?;
                nesting::map_key(&key)?;
                self.comma()?;
                let value = self.parse(depth + 1)?;
                self.close()?;
                Type::Map(Box::new(key), Box::new(value))
            }
            "Tuple" => self.tuple(depth)?,
            "Nested" => self.nested(depth)?,
            "Variant" => self.variant(depth)?,
            "JSON" => self.json(depth)?,
            "Dynamic" => Type::Dynamic(match self.eat('(') {
                false => DYNAMIC_TYPES,
                true => {
                    let types = self.setting("max_types", "max_types of Dynamic", "0 to 254", 0..=254)? as u8;
                    self.close()?;
                    types
                }
            }),
            "QBit" => self.qbit(depth)?,
            "AggregateFunction" => Type::AggregateFunction(Box::new(self.aggregate(depth, true)?)),
            "SimpleAggregateFunction" => {
                Type::SimpleAggregateFunction(Box::new(self.aggregate(depth, false)?))
            }
            other => match (unit(other), Geo::ALL.iter().find(|(name, _)| *name == other)) {
                (Some(unit), _) => Type::Interval(unit),
                (_, Some((_, geo))) => Type::Geo(*geo),
                _ => {
                    let near = crate::near::nearest(other, super::NAMES);
                    return Err(TypeError::Unknown { near, name });
                }
            },
        };
        Ok(ty)
    }

    /// `(T)`.
    fn inner(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let inner = self.parse(depth + 1)?;
        self.close()?;
        Ok(inner)
    }

    fn date_time64(&mut self) -> Result<Type, TypeError> {
        if !self.eat('(') {
            return Ok(Type::DateTime64 { precision: 3, zone: None });
        }
        let precision = self.number("the precision of DateTime64", "0 to 9", 0..=9)? as u8;
        let zone = if self.eat(',') { Some(self.zone_and_close()?) } else { self.close().map(|()| None)? };
        Ok(Type::DateTime64 { precision, zone })
    }

    /// Without anything, ClickHouse has ten digits; without a scale, none after the point.
    fn decimal(&mut self) -> Result<Type, TypeError> {
        if !self.eat('(') {
            return Ok(Type::Decimal { precision: 10, scale: 0 });
        }
        let precision = self.number("the precision of Decimal", "1 to 76", 1..=76)? as u8;
        let scale = if self.eat(',') { self.scale(precision)? } else { 0 };
        self.close()?;
        Ok(Type::Decimal { precision, scale })
    }

    fn decimal_of(&mut self, precision: u8) -> Result<Type, TypeError> {
        self.open()?;
        let scale = self.scale(precision)?;
        self.close()?;
        Ok(Type::Decimal { precision, scale })
    }

    fn scale(&mut self, precision: u8) -> Result<u8, TypeError> {
        let range = 0..=i128::from(precision);
        Ok(self.number("the scale of Decimal", "at most its precision", range)? as u8)
    }
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name.strip_prefix("Interval")? {
        "Nanosecond" => Unit::Nanosecond,
        "Microsecond" => Unit::Microsecond,
        "Millisecond" => Unit::Millisecond,
        "Second" => Unit::Second,
        "Minute" => Unit::Minute,
        "Hour" => Unit::Hour,
        "Day" => Unit::Day,
        "Week" => Unit::Week,
        "Month" => Unit::Month,
        "Quarter" => Unit::Quarter,
        "Year" => Unit::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
