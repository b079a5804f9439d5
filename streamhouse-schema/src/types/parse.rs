//! Reads a type from the text in which ClickHouse prints it.
//!
//! The text may come from a published schema, that is, from anybody: nesting and length are bounded, and nothing here
//! panics.

use std::str::FromStr;

use super::Type;

/// The deepest nesting that is read. ClickHouse's own tables stay far below it.
const MAX_DEPTH: usize = 32;
/// The longest text that is read, in bytes.
const MAX_LENGTH: usize = 4096;

/// Why a text is not a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// The name is not a type that an event can carry.
    #[error("`{name}` is not a ClickHouse type that an event can carry{}", suggestion(.near))]
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
        /// The whole text.
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
        found: u64,
    },
    /// A type where ClickHouse allows none of its kind.
    #[error("{outer} cannot hold {inner}")]
    Nesting {
        /// The outer type's name.
        outer: &'static str,
        /// The inner type.
        inner: String,
    },
    /// The text is longer, or nested deeper, than any real type.
    #[error("the type is longer than {MAX_LENGTH} bytes or nested deeper than {MAX_DEPTH}")]
    TooLarge,
}

fn suggestion(near: &Option<&'static str>) -> String {
    near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The names of all types, for suggestions.
pub(crate) const NAMES: &[&str] = &[
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "UInt128",
    "UInt256",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Int128",
    "Int256",
    "Float32",
    "Float64",
    "Bool",
    "String",
    "FixedString",
    "UUID",
    "Date",
    "Date32",
    "DateTime",
    "DateTime64",
    "Decimal",
    "IPv4",
    "IPv6",
    "Array",
    "Map",
    "Nullable",
    "LowCardinality",
];

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
            "Bool" => Type::Bool,
            "String" => Type::String,
            "UUID" => Type::Uuid,
            "Date" => Type::Date,
            "Date32" => Type::Date32,
            "IPv4" => Type::Ipv4,
            "IPv6" => Type::Ipv6,
            "FixedString" => {
                self.open()?;
                let bytes = self.number("the length of FixedString", "1 to 65535", 1..=65535)?;
                self.close()?;
                Type::FixedString(bytes as u32)
            }
            "DateTime" => Type::DateTime(if self.eat('(') { Some(self.zone_and_close()?) } else { None }),
            "DateTime64" => {
                self.open()?;
                let precision = self.number("the precision of DateTime64", "0 to 9", 0..=9)? as u8;
                let zone =
                    if self.eat(',') { Some(self.zone_and_close()?) } else { self.close().map(|()| None)? };
                Type::DateTime64 { precision, zone }
            }
            "Decimal" => {
                self.open()?;
                let precision = self.number("the precision of Decimal", "1 to 76", 1..=76)? as u8;
                self.comma()?;
                let scale =
                    self.number("the scale of Decimal", "at most its precision", 0..=u64::from(precision))?
                        as u8;
                self.close()?;
                Type::Decimal { precision, scale }
            }
            "Array" => Type::Array(Box::new(self.inner(depth)?)),
            "Nullable" => {
                let inner = self.inner(depth)?;
                if matches!(
                    inner,
                    Type::Nullable(_) | Type::LowCardinality(_) | Type::Array(_) | Type::Map(..)
                ) {
                    return Err(TypeError::Nesting { outer: "Nullable", inner: inner.to_string() });
                }
                Type::Nullable(Box::new(inner))
            }
            "LowCardinality" => {
                let inner = self.inner(depth)?;
                let dictionary = match &inner {
                    Type::Nullable(inner) => inner,
                    plain => plain,
                };
                if matches!(
                    dictionary,
                    Type::Array(_)
                        | Type::Map(..)
                        | Type::LowCardinality(_)
                        | Type::Decimal { .. }
                        | Type::DateTime64 { .. }
                ) {
                    return Err(TypeError::Nesting { outer: "LowCardinality", inner: inner.to_string() });
                }
                Type::LowCardinality(Box::new(inner))
            }
            "Map" => {
                self.open()?;
                let key = self.parse(depth + 1)?;
                if key.is_nullable() || matches!(key, Type::Array(_) | Type::Map(..)) {
                    return Err(TypeError::Nesting { outer: "the key of a Map", inner: key.to_string() });
                }
                self.comma()?;
                let value = self.parse(depth + 1)?;
                self.close()?;
                Type::Map(Box::new(key), Box::new(value))
            }
            _ => return Err(TypeError::Unknown { near: crate::near::nearest(&name, NAMES), name }),
        };
        Ok(ty)
    }

    fn inner(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let inner = self.parse(depth + 1)?;
        self.close()?;
        Ok(inner)
    }

    fn word(&mut self) -> Result<String, TypeError> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.expected("the name of a type"));
        }
        self.at += end;
        Ok(rest[..end].to_string())
    }

    fn number(
        &mut self,
        what: &'static str,
        range: &'static str,
        valid: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, TypeError> {
        let digits = self.word()?;
        let found: u64 = digits.parse().map_err(|_| self.expected("a number"))?;
        if valid.contains(&found) { Ok(found) } else { Err(TypeError::Range { what, range, found }) }
    }

    /// A time zone's name in quotes, and the closing parenthesis. Names are letters, digits and `/_+-` (IANA), so
    /// nothing in them needs escaping when they are printed.
    fn zone_and_close(&mut self) -> Result<String, TypeError> {
        if !self.eat('\'') {
            return Err(self.expected("a time zone in quotes"));
        }
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-".contains(c)))
            .filter(|&end| end > 0 && rest[end..].starts_with('\''))
            .ok_or_else(|| self.expected("the name of a time zone and a closing quote"))?;
        let zone = rest[..end].to_string();
        self.at += end + 1;
        self.close()?;
        Ok(zone)
    }

    fn open(&mut self) -> Result<(), TypeError> {
        if self.eat('(') { Ok(()) } else { Err(self.expected("`(`")) }
    }

    fn comma(&mut self) -> Result<(), TypeError> {
        if self.eat(',') { Ok(()) } else { Err(self.expected("`,`")) }
    }

    fn close(&mut self) -> Result<(), TypeError> {
        if self.eat(')') { Ok(()) } else { Err(self.expected("`)`")) }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn skip_spaces(&mut self) {
        while self.text[self.at..].starts_with(' ') {
            self.at += 1;
        }
    }

    fn expected(&self, expected: &'static str) -> TypeError {
        TypeError::Syntax { expected, at: self.at, text: self.text.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_reads() {
        for text in [
            "UInt8",
            "Int256",
            "FixedString(16)",
            "DateTime",
            "DateTime('Europe/Berlin')",
            "DateTime64(3, 'UTC')",
            "DateTime64(9)",
            "Decimal(18, 4)",
            "LowCardinality(Nullable(String))",
            "Map(LowCardinality(String), Array(Nullable(UUID)))",
        ] {
            assert_eq!(text.parse::<Type>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, message) in [
            ("Strng", "`Strng` is not a ClickHouse type that an event can carry; did you mean `String`?"),
            ("Array(", "expected the name of a type at byte 6 of the type `Array(`"),
            ("DateTime64(10)", "the precision of DateTime64 must be 0 to 9, not 10"),
            ("Nullable(Array(Int8))", "Nullable cannot hold Array(Int8)"),
            ("Map(Nullable(String), Int8)", "the key of a Map cannot hold Nullable(String)"),
            ("DateTime('x'') --')", "expected `)` at byte 12 of the type `DateTime('x'') --')`"),
            ("Int8 x", "expected the end at byte 5 of the type `Int8 x`"),
        ] {
            assert_eq!(text.parse::<Type>().expect_err(text).to_string(), message);
        }
        assert_eq!("Array(".repeat(600).parse::<Type>(), Err(TypeError::TooLarge));
    }
}
