//! Rows of a frame as JSON, the way back from [`encode`](super::encode): what it gives, that reads again into the same bytes.

use serde_json::{Map, Value};
use streamhouse_schema::base64;
use streamhouse_schema::document::is_text_key;
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::segments::segments_of;
use streamhouse_schema::types::{Element, Type};

use super::leaf_text::{self, Text};
use crate::frame::{Frame, FrameError, Layout};

/// A field as it stands in JSON.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(super) name: String,
    pub(super) ty: Type,
    /// Whether its text is shown as base64.
    pub(super) text: Text,
}

/// The fields of a published schema. It does not say which texts hold bytes: those that are no UTF-8 are shown as base64.
/// The columns of a Nested are one field.
pub(crate) fn fields_of(schema: &FrameSchema) -> Vec<Shown> {
    let mut fields: Vec<Shown> = Vec::new();
    for column in &schema.columns {
        let nested = column.name.split_once('.').zip(match &column.ty {
            Type::Array(element) => Some(element),
            _ => None,
        });
        let Some(((name, part), element)) = nested else {
            fields.push(Shown { name: column.name.clone(), ty: column.ty.clone(), text: Text::Unknown });
            continue;
        };
        let element = Element { name: Some(part.to_string()), ty: (**element).clone() };
        match fields.last_mut() {
            Some(Shown { name: last, ty: Type::Nested(elements), .. }) if last == name => {
                elements.push(element);
            }
            _ => fields.push(Shown {
                name: name.to_string(),
                ty: Type::Nested(vec![element]),
                text: Text::Unknown,
            }),
        }
    }
    fields
}

/// The rows of a frame as objects; only those whose numbers are `wanted`, where that is said.
pub(crate) fn rows(
    fields: &[Shown],
    layout: &Layout,
    frame: &Frame<'_>,
    wanted: Option<&[u32]>,
) -> Result<Vec<Value>, FrameError> {
    let segments = frame.check(layout)?;
    let cursors = segments.into_iter().map(|bytes| Cursor { bytes, elements: 0 });
    let mut decoder = Decoder { cursors: cursors.collect() };
    let mut rows = Vec::new();
    for row in 0..frame.rows() {
        let mut object = Map::new();
        let mut at = 0;
        for field in fields {
            let value = match &field.ty {
                Type::Nested(elements) => decoder.nested(elements, field.text, &mut at),
                ty => decoder.value(ty, field.text, &mut at),
            };
            // A frame that was checked has all of its values.
            let value = value.ok_or(FrameError::Malformed("a value is not one of its column"))?;
            object.insert(field.name.clone(), value);
        }
        if wanted.is_none_or(|wanted| wanted.contains(&row)) {
            rows.push(Value::Object(object));
        }
    }
    Ok(rows)
}

/// What is left of a segment.
struct Cursor<'a> {
    bytes: &'a [u8],
    /// Of offsets, the last one.
    elements: u64,
}

/// Reads the values of each segment one after the other. `at` is the segment that comes next.
struct Decoder<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Decoder<'a> {
    fn value(&mut self, ty: &Type, text: Text, at: &mut usize) -> Option<Value> {
        match ty {
            Type::LowCardinality(inner) => self.value(inner, text, at),
            Type::SimpleAggregateFunction(aggregate) => self.value(aggregate.arguments.first()?, text, at),
            Type::Nullable(inner) => {
                let is_null = self.fixed(at, 1)? != [0];
                // Something stands under a NULL too.
                let value = self.value(inner, text, at);
                if is_null { Some(Value::Null) } else { value }
            }
            Type::Array(element) => {
                self.list(at, segments_of(element).len(), |decoder, at| decoder.value(element, text, at))
            }
            Type::QBit(vector) => self.value(&vector.list(), text, at),
            Type::Nested(elements) => {
                let segments = elements.iter().map(|element| segments_of(&element.ty).len()).sum();
                self.list(at, segments, |decoder, at| decoder.tuple(elements, text, at))
            }
            Type::Map(key, item) => self.map(key, item, text, at),
            Type::Tuple(elements) => self.tuple(elements, text, at),
            Type::Geo(geo) => self.value(&geo.structure()?, text, at),
            Type::String | Type::Json(_) => {
                let bytes = self.string(at)?;
                if let Type::Json(_) = ty { serde_json::from_slice(bytes).ok() } else { text.shown(bytes) }
            }
            leaf => {
                let bytes = self.fixed(at, leaf.fixed_width()?)?;
                leaf_text::value(leaf, bytes)
            }
        }
    }

    /// A list whose elements have so many segments.
    fn list(
        &mut self,
        at: &mut usize,
        segments: usize,
        mut item: impl FnMut(&mut Self, &mut usize) -> Option<Value>,
    ) -> Option<Value> {
        let count = self.count(at)?;
        let first = *at;
        let mut items = Vec::new();
        for _ in 0..count {
            *at = first;
            items.push(item(self, at)?);
        }
        *at = first + segments;
        Some(Value::Array(items))
    }

    /// An object where keys are texts, else a list of pairs.
    fn map(&mut self, key: &Type, item: &Type, text: Text, at: &mut usize) -> Option<Value> {
        let count = self.count(at)?;
        let (keys, values) = (*at, *at + segments_of(key).len());
        let mut pairs = Vec::new();
        for _ in 0..count {
            let (mut at_key, mut at_value) = (keys, values);
            let name = self.value(key, Text::Unknown, &mut at_key)?;
            pairs.push((name, self.value(item, text, &mut at_value)?));
        }
        *at = values + segments_of(item).len();
        Some(if is_text_key(key) {
            let name = |name: Value| match name {
                Value::String(name) => name,
                other => other.to_string(),
            };
            Value::Object(pairs.into_iter().map(|(key, value)| (name(key), value)).collect())
        } else {
            pairs.into_iter().map(|(key, value)| Value::Array(vec![key, value])).collect()
        })
    }

    fn tuple(&mut self, elements: &[Element], text: Text, at: &mut usize) -> Option<Value> {
        let mut values = Vec::new();
        for element in elements {
            values.push(self.value(&element.ty, text, at)?);
        }
        Some(named(elements, values))
    }

    /// The rows of a Nested, each element of which is a column of lists.
    fn nested(&mut self, elements: &[Element], text: Text, at: &mut usize) -> Option<Value> {
        let mut columns = Vec::new();
        for element in elements {
            let list = Type::Array(Box::new(element.ty.clone()));
            let Value::Array(values) = self.value(&list, text, at)? else { return None };
            columns.push(values.into_iter());
        }
        let mut rows = Vec::new();
        loop {
            let row: Vec<Option<Value>> = columns.iter_mut().map(Iterator::next).collect();
            if row.iter().all(Option::is_none) {
                return Some(Value::Array(rows));
            }
            // Lists of different lengths are what a Nested may not have; what is there is shown.
            rows.push(named(elements, row.into_iter().map(Option::unwrap_or_default).collect()));
        }
    }

    /// How many elements the next list has.
    fn count(&mut self, at: &mut usize) -> Option<u64> {
        let place = *at;
        let end = u64::from_le_bytes(self.fixed(at, 8)?.try_into().ok()?);
        let cursor = self.cursors.get_mut(place)?;
        end.checked_sub(std::mem::replace(&mut cursor.elements, end))
    }

    fn fixed(&mut self, at: &mut usize, width: usize) -> Option<&'a [u8]> {
        let cursor = self.cursors.get_mut(*at)?;
        let (value, rest) = cursor.bytes.split_at_checked(width)?;
        cursor.bytes = rest;
        *at += 1;
        Some(value)
    }

    fn string(&mut self, at: &mut usize) -> Option<&'a [u8]> {
        let cursor = self.cursors.get_mut(*at)?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let (byte, rest) = cursor.bytes.split_first()?;
            cursor.bytes = rest;
            length |= usize::from(byte & 0x7F).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.fixed(at, length)
    }
}

/// An object where all elements have names, else a list.
fn named(elements: &[Element], values: Vec<Value>) -> Value {
    let names: Option<Vec<String>> = elements.iter().map(|element| element.name.clone()).collect();
    match names {
        Some(names) => Value::Object(names.into_iter().zip(values).collect()),
        None => Value::Array(values),
    }
}

impl Text {
    fn shown(self, bytes: &[u8]) -> Option<Value> {
        Some(Value::String(match (self, std::str::from_utf8(bytes)) {
            (Text::Plain | Text::Unknown, Ok(text)) => text.to_string(),
            _ => base64::encode(bytes),
        }))
    }
}
