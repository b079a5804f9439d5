//! JSON along the types of an event, into the segments of one row.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use streamhouse_schema::document::{Filled, is_text_key};
use streamhouse_schema::near::nearest;
use streamhouse_schema::segments::segments_of;
use streamhouse_schema::types::{Element, QBit, Type};
use streamhouse_schema::value::instant_text;
use uuid::Uuid;

use super::Field;
use super::error::{Problem, found};
use super::leaf;
use super::rules::{NONE, Rules};
use crate::value::SegmentBuffer;

/// Goes through a document, and keeps what does not follow the schema.
#[derive(Default)]
pub(super) struct Encoder {
    path: Vec<String>,
    problems: Vec<Problem>,
    /// Values are not shown.
    secret: bool,
}

impl Encoder {
    /// Everything that was wrong.
    pub(super) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn not_an_object(&mut self, value: &Value) {
        self.wrong("an object", value);
    }

    /// A name that is no field's.
    pub(super) fn unknown(&mut self, name: &str, names: &[&str]) {
        let expected = match nearest(name, names) {
            Some(near) => format!("no such field (did you mean `{near}`?)"),
            None => "no such field".to_string(),
        };
        self.within(name, |encoder| {
            let path = encoder.pointer();
            encoder.problems.push(Problem::new(path, expected, "one"));
        });
    }

    /// A field of the event; gives its moment in milliseconds since 1970 where it has one.
    pub(super) fn field(
        &mut self,
        field: &Field,
        value: Option<&Value>,
        segments: &mut [SegmentBuffer],
    ) -> Option<i64> {
        let document = &field.document;
        let filled;
        let value = match (value, document.filled) {
            (Some(value), _) => value,
            (None, Some(what)) => {
                filled = fill(what);
                &filled
            }
            (None, None) => match &document.default {
                Some(default) => default,
                None if document.ty.is_nullable() => &Value::Null,
                None => {
                    self.within(&document.name, |encoder| encoder.missing(&document.ty, document.binary));
                    return None;
                }
            },
        };
        self.secret = document.pii;
        self.within(&document.name, |encoder| match &document.ty {
            Type::Nested(elements) => {
                encoder.nested(value, elements, document.binary, &field.rules, segments)
            }
            ty => encoder.value(value, ty, document.binary, &field.rules, segments),
        });
        self.secret = false;
        leaf::moment(value).map(|(seconds, nanoseconds)| seconds * 1_000 + i64::from(nanoseconds / 1_000_000))
    }

    fn value(
        &mut self,
        value: &Value,
        ty: &Type,
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        match ty {
            Type::LowCardinality(inner) => self.value(value, inner, binary, rules, segments),
            Type::SimpleAggregateFunction(aggregate) => {
                if let [inner] = &aggregate.arguments[..] {
                    self.value(value, inner, binary, rules, segments);
                }
            }
            Type::Nullable(inner) => {
                let (map, segments) = segments.split_at_mut(1);
                if value.is_null() {
                    map[0].push_fixed([1]);
                    leaf::push_default(inner, segments);
                } else {
                    map[0].push_fixed([0]);
                    self.value(value, inner, binary, rules, segments);
                }
            }
            Type::Array(element) => {
                self.list(value, rules, segments, |encoder, item, segments| {
                    encoder.value(item, element, binary, rules.each(), segments);
                });
            }
            Type::QBit(vector) => self.vector(value, vector, binary, rules, segments),
            // Inside of another type it is a list of tuples.
            Type::Nested(elements) => {
                self.list(value, rules, segments, |encoder, item, segments| {
                    encoder.tuple(item, elements, binary, segments, false);
                });
            }
            Type::Map(key, item) if is_text_key(key) => self.map(value, key, item, binary, rules, segments),
            Type::Map(key, item) => self.pairs(value, key, item, binary, rules, segments),
            Type::Tuple(elements) => self.tuple(value, elements, binary, segments, false),
            Type::Geo(geo) => {
                if let Some(structure) = geo.structure() {
                    self.value(value, &structure, binary, rules, segments);
                }
            }
            leaf => self.leaf(value, leaf, binary, rules, segments),
        }
    }

    /// A list of as many numbers as the column's vectors have.
    fn vector(
        &mut self,
        value: &Value,
        vector: &QBit,
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        let numbers = value.as_array().map(Vec::len);
        if numbers.is_some_and(|numbers| numbers != vector.dimension as usize) {
            self.wrong(format!("an array of {} numbers", vector.dimension), value);
            return;
        }
        self.list(value, rules, segments, |encoder, item, segments| {
            encoder.value(item, &vector.element, binary, rules.each(), segments);
        });
    }

    fn leaf(
        &mut self,
        value: &Value,
        ty: &Type,
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        match leaf::push(value, ty, binary, &mut segments[..1]) {
            Ok(()) => self.rules(rules, value, ty, binary),
            Err(expected) => self.wrong(expected, value),
        }
    }

    /// Rules look at values that their columns can hold.
    fn rules(&mut self, rules: &Rules, value: &Value, ty: &Type, binary: bool) {
        for rule in rules.broken(value, ty, binary) {
            self.wrong(format!("a value that keeps the rule `{rule}`"), value);
        }
    }

    fn list(
        &mut self,
        value: &Value,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
        mut item: impl FnMut(&mut Self, &Value, &mut [SegmentBuffer]),
    ) {
        let Value::Array(items) = value else {
            self.wrong("an array", value);
            return;
        };
        let (offsets, elements) = segments.split_at_mut(1);
        for (at, value) in items.iter().enumerate() {
            self.within(&at.to_string(), |encoder| item(encoder, value, elements));
        }
        offsets[0].push_array(items.len());
        self.length(rules, value);
    }

    fn length(&mut self, rules: &Rules, value: &Value) {
        for rule in rules.broken_length(value) {
            self.wrong(format!("a value that keeps the rule `{rule}`"), value);
        }
    }

    /// An object, whose names are the keys.
    fn map(
        &mut self,
        value: &Value,
        key: &Type,
        item: &Type,
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        let Value::Object(pairs) = value else {
            self.wrong("an object", value);
            return;
        };
        let (offsets, elements) = segments.split_at_mut(1);
        let (keys, values) = elements.split_at_mut(segments_of(key).len());
        for (name, value) in pairs {
            self.within(name, |encoder| {
                if let Err(expected) = leaf::push_key(name, key.inner(), keys) {
                    let path = encoder.pointer();
                    encoder.problems.push(Problem::new(
                        path,
                        format!("a name that is {expected}"),
                        "another",
                    ));
                }
                encoder.value(value, item, binary, rules.each(), values);
            });
        }
        offsets[0].push_array(pairs.len());
        self.length(rules, value);
    }

    /// A list of pairs, where keys are no text.
    fn pairs(
        &mut self,
        value: &Value,
        key: &Type,
        item: &Type,
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        let keys = segments_of(key).len();
        self.list(value, rules, segments, |encoder, pair, segments| {
            let (keys, values) = segments.split_at_mut(keys);
            match pair.as_array().map(Vec::as_slice) {
                Some([name, value]) => {
                    encoder.within("0", |encoder| encoder.value(name, key, false, &NONE, keys));
                    encoder.within("1", |encoder| encoder.value(value, item, binary, rules.each(), values));
                }
                _ => encoder.wrong("an array of a key and a value", pair),
            }
        });
    }

    /// The rows of a Nested, each element of which is a column of lists.
    fn nested(
        &mut self,
        value: &Value,
        elements: &[Element],
        binary: bool,
        rules: &Rules,
        segments: &mut [SegmentBuffer],
    ) {
        let Value::Array(rows) = value else {
            self.wrong("an array", value);
            return;
        };
        for (at, row) in rows.iter().enumerate() {
            self.within(&at.to_string(), |encoder| encoder.tuple(row, elements, binary, segments, true));
        }
        let mut at = 0;
        for element in elements {
            segments[at].push_array(rows.len());
            at += 1 + segments_of(&element.ty).len();
        }
        self.length(rules, value);
    }

    /// An object where the elements have names, else a list. Each element of a row has its offsets before it.
    fn tuple(
        &mut self,
        value: &Value,
        elements: &[Element],
        binary: bool,
        segments: &mut [SegmentBuffer],
        row: bool,
    ) {
        let names: Option<Vec<&str>> = elements.iter().map(|element| element.name.as_deref()).collect();
        let values: Vec<Option<&Value>> = match (&names, value) {
            (Some(names), Value::Object(object)) => {
                for name in object.keys().filter(|name| !names.contains(&name.as_str())) {
                    self.unknown(name, names);
                }
                names.iter().map(|name| object.get(*name)).collect()
            }
            (None, Value::Array(items)) if items.len() == elements.len() => items.iter().map(Some).collect(),
            (Some(_), other) => return self.wrong("an object", other),
            (None, other) => return self.wrong(format!("an array of {}", elements.len()), other),
        };
        let mut at = 0;
        for (place, (element, value)) in elements.iter().zip(values).enumerate() {
            let first = at + usize::from(row);
            at = first + segments_of(&element.ty).len();
            let own = &mut segments[first..at];
            let step = element.name.clone().unwrap_or_else(|| place.to_string());
            self.within(&step, |encoder| match value {
                Some(value) => encoder.value(value, &element.ty, binary, &NONE, own),
                None if element.ty.is_nullable() => {
                    encoder.value(&Value::Null, &element.ty, binary, &NONE, own);
                }
                None => encoder.missing(&element.ty, binary),
            });
        }
    }

    fn missing(&mut self, ty: &Type, binary: bool) {
        let expected = match ty.inner() {
            Type::Array(_) | Type::Nested(_) | Type::Geo(_) => "an array".into(),
            Type::QBit(vector) => format!("an array of {} numbers", vector.dimension),
            Type::Map(key, _) if !is_text_key(key) => "an array".into(),
            Type::Map(..) => "an object".into(),
            Type::Tuple(elements) if elements.iter().all(|element| element.name.is_some()) => {
                "an object".into()
            }
            Type::Tuple(_) => "an array".into(),
            leaf => leaf::expected(leaf, binary),
        };
        let path = self.pointer();
        self.problems.push(Problem::new(path, expected, "nothing"));
    }

    fn wrong(&mut self, expected: impl Into<String>, value: &Value) {
        let problem = Problem::new(self.pointer(), expected, found(value, self.secret));
        self.problems.push(problem);
    }

    fn within(&mut self, step: &str, inside: impl FnOnce(&mut Self)) {
        self.path.push(step.to_string());
        inside(self);
        self.path.pop();
    }

    /// The path as a JSON Pointer.
    fn pointer(&self) -> String {
        self.path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
    }
}

/// What stands for a field that is left out.
fn fill(what: Filled) -> Value {
    match what {
        Filled::Id => Value::from(Uuid::now_v7().to_string()),
        Filled::Now => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
            Value::from(instant_text(now.as_secs().cast_signed(), now.subsec_nanos()))
        }
    }
}
