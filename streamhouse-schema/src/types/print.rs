//! The canonical text of a type: what ClickHouse prints.

use std::fmt::{self, Write};

use super::{Aggregate, DYNAMIC_TYPES, Element, Geo, Json, Type, Unit};

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
            Type::BFloat16 => f.write_str("BFloat16"),
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
            Type::Time => f.write_str("Time"),
            Type::Time64(precision) => write!(f, "Time64({precision})"),
            Type::Decimal { precision, scale } => write!(f, "Decimal({precision}, {scale})"),
            Type::Ipv4 => f.write_str("IPv4"),
            Type::Ipv6 => f.write_str("IPv6"),
            Type::Enum { wide, values } => {
                f.write_str(if *wide { "Enum16" } else { "Enum8" })?;
                list(f, values, |f, (name, number)| {
                    text(f, name)?;
                    write!(f, " = {number}")
                })
            }
            Type::Array(inner) => write!(f, "Array({inner})"),
            Type::Map(key, value) => write!(f, "Map({key}, {value})"),
            Type::Tuple(elements) => {
                f.write_str("Tuple")?;
                list(f, elements, element)
            }
            Type::Nested(elements) => {
                f.write_str("Nested")?;
                list(f, elements, element)
            }
            Type::Nullable(inner) => write!(f, "Nullable({inner})"),
            Type::LowCardinality(inner) => write!(f, "LowCardinality({inner})"),
            Type::Json(parameters) => json(f, parameters),
            Type::Variant(types) => {
                f.write_str("Variant")?;
                list(f, types, |f, ty| write!(f, "{ty}"))
            }
            Type::Dynamic(DYNAMIC_TYPES) => f.write_str("Dynamic"),
            Type::Dynamic(types) => write!(f, "Dynamic(max_types={types})"),
            Type::QBit(vector) => {
                write!(f, "QBit({}, {}", vector.element, vector.dimension)?;
                if vector.stride < vector.dimension {
                    write!(f, ", {}", vector.stride)?;
                }
                f.write_char(')')
            }
            Type::Geo(geo) => write!(f, "{geo}"),
            Type::AggregateFunction(of) => aggregate(f, "AggregateFunction", of),
            Type::SimpleAggregateFunction(of) => aggregate(f, "SimpleAggregateFunction", of),
            Type::Interval(unit) => write!(f, "Interval{unit}"),
        }
    }
}

impl fmt::Display for Geo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Items in parentheses.
fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    mut item: impl FnMut(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('(')?;
    for (at, one) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        item(f, one)?;
    }
    f.write_char(')')
}

fn element(f: &mut fmt::Formatter<'_>, element: &Element) -> fmt::Result {
    if let Some(own) = &element.name {
        name(f, own)?;
        f.write_char(' ')?;
    }
    write!(f, "{}", element.ty)
}

fn json(f: &mut fmt::Formatter<'_>, json: &Json) -> fmt::Result {
    let mut parts: Vec<String> = Vec::new();
    if json.max_dynamic_types != Json::TYPES {
        parts.push(format!("max_dynamic_types={}", json.max_dynamic_types));
    }
    if json.max_dynamic_paths != Json::PATHS {
        parts.push(format!("max_dynamic_paths={}", json.max_dynamic_paths));
    }
    parts.extend(json.paths.iter().map(|(path, ty)| format!("{} {ty}", Path(path))));
    parts.extend(json.skip.iter().map(|path| format!("SKIP {}", Path(path))));
    parts.extend(json.skip_regexp.iter().map(|regexp| format!("SKIP REGEXP {}", Text(regexp))));
    f.write_str("JSON")?;
    if parts.is_empty() { Ok(()) } else { list(f, &parts, |f, part| f.write_str(part)) }
}

fn aggregate(f: &mut fmt::Formatter<'_>, word: &str, of: &Aggregate) -> fmt::Result {
    let mut parts: Vec<String> = of.version.iter().map(ToString::to_string).collect();
    parts.push(match &of.parameters[..] {
        [] => of.function.clone(),
        more => format!("{}({})", of.function, more.join(", ")),
    });
    parts.extend(of.arguments.iter().map(ToString::to_string));
    f.write_str(word)?;
    list(f, &parts, |f, part| f.write_str(part))
}

/// A path of a JSON column, in which `SKIP` is a keyword too.
struct Path<'a>(&'a str);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.eq_ignore_ascii_case("skip") { quoted(f, self.0, '`') } else { name(f, self.0) }
    }
}

/// A string as a literal.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text(f, self.0)
    }
}

/// Words that ClickHouse puts in backticks though they look like names.
const QUOTED: &[&str] = &["all", "distinct", "from", "null", "select", "table", "values"];

fn name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !QUOTED.iter().any(|word| word.eq_ignore_ascii_case(name));
    if plain { f.write_str(name) } else { quoted(f, name, '`') }
}

fn text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    quoted(f, text, '\'')
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    f.write_char(quote)?;
    for c in text.chars() {
        match c {
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\0' => f.write_str("\\0")?,
            '\\' => f.write_str("\\\\")?,
            c if c == quote => {
                f.write_char('\\')?;
                f.write_char(c)?;
            }
            c => f.write_char(c)?,
        }
    }
    f.write_char(quote)
}
