//! The form of each type in JSON, as a JSON Schema. `docs/json.md` is the same as a page.

use serde_json::{Map, Value, json};

use crate::schema::Validation;
use crate::types::{Element, Type};
use crate::value::integer_form;

/// Digits that a JSON number keeps wherever it is read as a float of 64 bits.
pub const EXACT_DIGITS: u8 = 15;

/// What JSON holds in the place of a value.
pub(super) fn schema(ty: &Type, binary: bool, rules: &Validation) -> Value {
    let none = Validation::default();
    let each = rules.each.as_deref().unwrap_or(&none);
    match ty {
        Type::Nullable(inner) => json!({"anyOf": [schema(inner, binary, rules), {"type": "null"}]}),
        Type::LowCardinality(inner) => schema(inner, binary, rules),
        Type::SimpleAggregateFunction(aggregate) => {
            aggregate.arguments.first().map_or(json!({}), |inner| schema(inner, binary, rules))
        }
        Type::Array(inner) => {
            let list = json!({"type": "array", "items": schema(inner, binary, each)});
            limited(list, rules, ("minItems", "maxItems"))
        }
        Type::QBit(vector) => {
            let items = schema(&vector.element, binary, &none);
            json!({"type": "array", "items": items, "minItems": vector.dimension, "maxItems": vector.dimension})
        }
        Type::Nested(elements) => {
            let list = json!({"type": "array", "items": tuple(elements, binary)});
            limited(list, rules, ("minItems", "maxItems"))
        }
        Type::Map(key, value) if is_text_key(key) => {
            let mut map = json!({"type": "object", "additionalProperties": schema(value, binary, each)});
            if let (Some(keys), Some(map)) = (key_schema(key), map.as_object_mut()) {
                map.insert("propertyNames".into(), keys);
            }
            limited(map, rules, ("minProperties", "maxProperties"))
        }
        Type::Map(key, value) => {
            let pair = [schema(key, false, &none), schema(value, binary, each)];
            let pair = json!({"type": "array", "prefixItems": pair, "minItems": 2, "maxItems": 2});
            limited(json!({"type": "array", "items": pair}), rules, ("minItems", "maxItems"))
        }
        Type::Tuple(elements) => tuple(elements, binary),
        Type::Geo(geo) => geo.structure().map_or(json!({}), |structure| schema(&structure, false, &none)),
        Type::Json(_) => json!({"type": "object"}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Float32 | Type::Float64 | Type::BFloat16 => float(ty, rules),
        Type::Decimal { precision, .. } => decimal(*precision, rules),
        Type::String if binary => {
            let text = json!({"type": "string", "contentEncoding": "base64", "pattern": BASE64});
            let digits = |bytes: Option<u64>| bytes.map(|bytes| bytes.div_ceil(3) * 4);
            let length = rules.length.unwrap_or_default();
            put(text, [("minLength", digits(length.min)), ("maxLength", digits(length.max))])
        }
        Type::String => text(rules),
        Type::FixedString(bytes) => {
            let digits = bytes.div_ceil(3) * 4;
            json!({"type": "string", "contentEncoding": "base64", "pattern": BASE64, "minLength": digits, "maxLength": digits})
        }
        Type::Uuid => json!({"type": "string", "format": "uuid"}),
        Type::Date | Type::Date32 => json!({"type": "string", "format": "date"}),
        Type::DateTime(_) | Type::DateTime64 { .. } => json!({"type": "string", "format": "date-time"}),
        Type::Ipv4 => json!({"type": "string", "format": "ipv4"}),
        // An IPv4 address stands for `::ffff:a.b.c.d`.
        Type::Ipv6 => json!({"type": "string", "anyOf": [{"format": "ipv6"}, {"format": "ipv4"}]}),
        Type::Time | Type::Time64(_) => {
            json!({"type": "string", "pattern": "^-?[0-9]{1,3}:[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?$"})
        }
        Type::Enum { values, .. } => {
            json!({"enum": values.iter().map(|(name, _)| name).collect::<Vec<_>>()})
        }
        // No event has them.
        Type::Variant(_) | Type::Dynamic(_) | Type::AggregateFunction(_) => json!({}),
        integer => whole(integer, rules),
    }
}

const BASE64: &str = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

/// A JSON number as it is written.
fn number(digits: &str) -> Option<Value> {
    serde_json::from_str(digits).ok().filter(Value::is_number)
}

fn put<T: Into<Value>>(mut schema: Value, keywords: [(&str, Option<T>); 2]) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        for (keyword, value) in keywords {
            if let Some(value) = value {
                schema.insert(keyword.into(), value.into());
            }
        }
    }
    schema
}

/// With limits for how much there is.
fn limited(schema: Value, rules: &Validation, (least, most): (&str, &str)) -> Value {
    let length = rules.length.unwrap_or_default();
    put(schema, [(least, length.min), (most, length.max)])
}

fn text(rules: &Validation) -> Value {
    let mut text = limited(json!({"type": "string"}), rules, ("minLength", "maxLength"));
    let format = if rules.email {
        Some("email")
    } else if rules.url {
        Some("uri")
    } else {
        None
    };
    text = put(text, [("format", format), ("pattern", rules.regex.as_deref())]);
    if !rules.one_of.is_empty() {
        text["enum"] = json!(rules.one_of);
    }
    text
}

/// Integers of 64 bits and more may be strings of digits, for many languages read a JSON number as a float; beyond 64 bits
/// they have to be.
fn whole(ty: &Type, rules: &Validation) -> Value {
    let Some((bytes, signed)) = integer_form(ty) else { return json!({}) };
    let bits = 8 * bytes as u32;
    let least = if signed { i64::MIN >> 64_u32.saturating_sub(bits) } else { 0 };
    let greatest = match (bits, signed) {
        (128.., _) | (64, false) => json!(u64::MAX),
        (64, true) => json!(i64::MAX),
        (_, true) => json!(!(i64::MIN >> (64 - bits))),
        (_, false) => json!((1_u64 << bits) - 1),
    };
    let (kind, pattern) = match (bits, signed) {
        (..=32, _) => (json!("integer"), None),
        (_, true) => (json!(["integer", "string"]), Some("^-?[0-9]+$")),
        (_, false) => (json!(["integer", "string"]), Some("^[0-9]+$")),
    };
    let mut schema = json!({"type": kind, "minimum": least, "maximum": greatest});
    schema = put(schema, [("pattern", pattern), ("format", None)]);
    // Limits beyond 64 bits are not limits of numbers, which go no further.
    let within = |bound: &Option<String>| {
        bound.as_deref().and_then(number).filter(|bound| bound.is_i64() || bound.is_u64())
    };
    schema = put(schema, [("minimum", within(&rules.min)), ("maximum", within(&rules.max))]);
    if !rules.one_of.is_empty() {
        let numbers = rules.one_of.iter().filter_map(|value| number(value)).filter(|value| !value.is_f64());
        let texts = rules.one_of.iter().filter(|_| bits >= 64).map(|value| json!(value));
        schema["enum"] = numbers.chain(texts).collect();
    }
    schema
}

/// What is no number of JSON stands there by its name.
fn float(ty: &Type, rules: &Validation) -> Value {
    let range = match ty {
        Type::Float64 => (None, None),
        _ => (Some(json!(-f64::from(f32::MAX))), Some(json!(f32::MAX))),
    };
    // A float of 32 bits is written with its own digits or with those of the float of 64 bits that it becomes, and both
    // are the limit itself.
    let bound = |bound: &Option<String>, wider: fn(f64, f64) -> f64| {
        let text = bound.as_deref()?;
        match (ty, text.parse::<f64>(), text.parse::<f32>()) {
            (Type::Float32 | Type::BFloat16, Ok(double), Ok(single)) => {
                Some(json!(wider(double, single.into())))
            }
            _ => number(text),
        }
    };
    let schema = put(json!({"type": "number"}), [("minimum", range.0), ("maximum", range.1)]);
    let schema =
        put(schema, [("minimum", bound(&rules.min, f64::min)), ("maximum", bound(&rules.max, f64::max))]);
    let names: &[&str] = match (&rules.min, &rules.max) {
        (None, None) => &["NaN", "Infinity", "-Infinity"],
        (Some(_), None) => &["Infinity"],
        (None, Some(_)) => &["-Infinity"],
        (Some(_), Some(_)) => return schema,
    };
    json!({"anyOf": [schema, {"enum": names}]})
}

/// A number where a float of 64 bits keeps all digits; else it is a string, or whole and of at most 64 bits.
fn decimal(precision: u8, rules: &Validation) -> Value {
    let short = precision <= EXACT_DIGITS;
    let kind = if short { "number" } else { "integer" };
    let mut schema = json!({"type": [kind, "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"});
    if !short {
        schema = put(schema, [("minimum", Some(json!(i64::MIN))), ("maximum", Some(json!(u64::MAX)))]);
    }
    let bound = |bound: &Option<String>| bound.as_deref().and_then(number);
    put(schema, [("minimum", bound(&rules.min)), ("maximum", bound(&rules.max))])
}

/// An object where the elements have names, of which those that may be NULL may be missing; else a list of as many values.
fn tuple(elements: &[Element], binary: bool) -> Value {
    let none = Validation::default();
    let named: Option<Vec<(&String, Value)>> = elements
        .iter()
        .map(|element| element.name.as_ref().map(|name| (name, schema(&element.ty, binary, &none))))
        .collect();
    match named {
        Some(named) => {
            let required: Vec<&String> = elements
                .iter()
                .filter(|element| !element.ty.is_nullable())
                .filter_map(|element| element.name.as_ref())
                .collect();
            let properties: Map<String, Value> =
                named.into_iter().map(|(name, schema)| (name.clone(), schema)).collect();
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
        }
        None => {
            let items: Vec<Value> =
                elements.iter().map(|element| schema(&element.ty, binary, &none)).collect();
            json!({"type": "array", "prefixItems": items, "minItems": items.len(), "maxItems": items.len()})
        }
    }
}

/// Whether the keys of a map are text in JSON, so that the map is an object; else it is a list of pairs.
pub fn is_text_key(ty: &Type) -> bool {
    match ty {
        Type::LowCardinality(inner) => is_text_key(inner),
        Type::Array(_) | Type::Map(..) | Type::Tuple(_) | Type::Nested(_) => false,
        Type::Geo(_) | Type::Json(_) | Type::QBit(_) => false,
        Type::SimpleAggregateFunction(_) => false,
        _ => true,
    }
}

/// What the names of an object are: values that are no strings stand there as their digits, `true` and `false`.
fn key_schema(ty: &Type) -> Option<Value> {
    match ty.inner() {
        Type::String => None,
        Type::Bool => Some(json!({"enum": ["true", "false"]})),
        Type::Float32 | Type::Float64 | Type::BFloat16 => None,
        ty if integer_form(ty).is_some() => {
            let signed = integer_form(ty).is_some_and(|(_, signed)| signed);
            Some(json!({"pattern": if signed { "^-?[0-9]+$" } else { "^[0-9]+$" }}))
        }
        ty => {
            let mut schema = schema(ty, false, &Validation::default());
            if let Some(schema) = schema.as_object_mut() {
                // Names are strings, whatever a value may be.
                schema.remove("type");
            }
            Some(schema)
        }
    }
}
