//! Objects for JSON columns.

use serde_json::{Map, Value, json};
use streamhouse_schema::types::{Json, Type};

use super::random::Random;

/// An object. A path that has a type gets a value of it, or none.
pub(super) fn object(json: &Json, random: &mut Random) -> String {
    let mut object = Map::new();
    for (path, ty) in &json.paths {
        // A path with dots is an object in an object.
        let value = match ty.inner() {
            Type::String => Value::from("typed"),
            Type::UInt8 | Type::UInt64 | Type::Int64 | Type::UInt32 => Value::from(random.below(100)),
            _ => continue,
        };
        if !path.contains('.') && random.chance(70) {
            object.insert(path.clone(), value);
        }
    }
    // No column of the generator skips these, or gives them a type.
    for name in ["free", "Ünï", "w o r d", "deep"] {
        if random.chance(50) {
            object.insert(name.into(), any(random, 0));
        }
    }
    Value::Object(object).to_string()
}

fn any(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth > 2 { 5 } else { 7 }) {
        // Where a path holds integers and floats, ClickHouse may make floats of both: more bits would not survive that.
        0 => json!(random.between(-(1 << 53), 1 << 53)),
        1 => json!("text 'with' \"quotes\" \\ and 🦀"),
        2 => json!(random.chance(50)),
        3 => json!(0.25 * random.below(1000) as f64 + 0.125),
        4 => json!([1, 2, random.below(5)]),
        5 => json!({ "a": any(random, depth + 1), "b": "x" }),
        _ => json!({ "c": { "d": any(random, depth + 1) } }),
    }
}

/// Whether everything that was sent is there again.
pub(super) fn came_back(sent: &[u8], back: &[u8]) -> bool {
    match (serde_json::from_slice::<Value>(sent), serde_json::from_slice::<Value>(back)) {
        (Ok(sent), Ok(back)) => within(&sent, &back),
        _ => false,
    }
}

fn within(sent: &Value, back: &Value) -> bool {
    match (sent, back) {
        (Value::Object(sent), Value::Object(back)) => {
            sent.iter().all(|(name, value)| back.get(name).is_some_and(|back| within(value, back)))
        }
        (Value::Array(sent), Value::Array(back)) => {
            sent.len() == back.len() && sent.iter().zip(back).all(|(sent, back)| within(sent, back))
        }
        // Integers of 64 bits are quoted, so that programs that read numbers as floats read them right.
        (Value::Number(sent), Value::String(back)) => sent.to_string() == *back,
        (sent, back) => sent == back,
    }
}
