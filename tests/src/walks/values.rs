//! Rows of a declaration, as JSON.

use serde_json::{Map, Value, json};

use super::model::{Column, ID, Kind, Model};
use crate::soundness::random::Random;

/// Rows that differ in everything but are the same for the same `random`, with ids from one on.
pub(super) fn rows(model: &Model, first: u64, count: u64, random: &mut Random) -> Vec<Value> {
    let row = |id: u64, random: &mut Random| {
        let mut row = Map::new();
        for column in &model.columns {
            let value = if column.key == ID { json!(first + id) } else { value(column, random) };
            row.insert(column.name.clone(), value);
        }
        Value::Object(row)
    };
    (0..count).map(|id| row(id, random)).collect()
}

fn value(column: &Column, random: &mut Random) -> Value {
    if column.optional && random.chance(30) {
        return Value::Null;
    }
    match column.kind {
        Kind::Unsigned(bits) => json!(random.next() >> (64 - u32::from(bits).min(50))),
        Kind::Signed(bits) => json!((random.next() as i64) >> (64 - i64::from(bits).min(50))),
        Kind::Single | Kind::Double => json!(f64::from(random.between(-1000, 1000) as i32) / 4.0),
        Kind::Text => json!(text(random)),
        Kind::Flag => json!(random.chance(50)),
        Kind::Moment => {
            json!(format!("2026-{:02}-{:02}T12:00:00.125Z", random.between(1, 12), random.between(1, 28)))
        }
        Kind::List => json!((0..random.below(4)).map(|_| text(random)).collect::<Vec<_>>()),
        Kind::Choice(count) => json!(format!("n{}", random.below(count) + 1)),
    }
}

fn text(random: &mut Random) -> String {
    let words = ["", "a", "Banana", "it's", "\\ \t", "ünï", "data"];
    format!("{}{}", random.pick(&words), random.below(50))
}
