//! Stream entries out of Redis' answers, taken apart by hand: the general conversion copies every frame.

use redis::Value;

use super::batch::EntryId;

/// An entry: its id and what its field holds, or names and values of all fields where they are not a frame's.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: EntryId,
    pub(super) frame: Result<Vec<u8>, Fields>,
}

/// Names and values.
pub(super) type Fields = Vec<(Vec<u8>, Vec<u8>)>;

impl Entry {
    /// The bytes of what it holds.
    pub(super) fn size(&self) -> usize {
        match &self.frame {
            Ok(frame) => frame.len(),
            Err(fields) => fields.iter().map(|(name, value)| name.len() + value.len()).sum(),
        }
    }
}

/// The entries in the answer to XRANGE: a list of pairs of an id and its fields.
pub(super) fn from_range(answer: Value) -> Option<Vec<Entry>> {
    let Value::Array(entries) = answer else { return None };
    entries.into_iter().map(entry).collect()
}

/// The entries in the answer to XREAD of one stream: nothing, or a list (RESP2) or a map (RESP3) from stream to
/// entries.
pub(super) fn from_read(answer: Value) -> Option<Vec<Entry>> {
    match answer {
        Value::Nil => Some(Vec::new()),
        Value::Array(streams) => match streams.into_iter().next() {
            Some(Value::Array(pair)) => from_range(pair.into_iter().nth(1)?),
            Some(_) => None,
            None => Some(Vec::new()),
        },
        Value::Map(streams) => match streams.into_iter().next() {
            Some((_, entries)) => from_range(entries),
            None => Some(Vec::new()),
        },
        _ => None,
    }
}

fn entry(value: Value) -> Option<Entry> {
    let Value::Array(pair) = value else { return None };
    let mut pair = pair.into_iter();
    let (Some(Value::BulkString(id)), Some(Value::Array(fields))) = (pair.next(), pair.next()) else {
        return None;
    };
    let id = EntryId::parse(std::str::from_utf8(&id).ok()?)?;
    let is_frame = matches!(&fields[..], [Value::BulkString(name), Value::BulkString(_)]
        if name == crate::redis::FRAME_FIELD.as_bytes());
    let mut values = fields.into_iter().filter_map(|value| match value {
        Value::BulkString(bytes) => Some(bytes),
        _ => None,
    });
    let frame = match is_frame {
        true => Ok(values.nth(1)?),
        false => {
            let mut pairs = Vec::new();
            while let (Some(name), Some(value)) = (values.next(), values.next()) {
                pairs.push((name, value));
            }
            Err(pairs)
        }
    };
    Some(Entry { id, frame })
}
