//! A dead letter as it is read.

use std::fmt;
use std::str::FromStr;

use redis::Value;

use crate::redis::FRAME_FIELD;
use crate::worker::EntryId;

/// Names a dead letter: `event:partition:id`, the id being that of its entry in the stream of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId {
    /// The event's name.
    pub event: String,
    /// The partition of its stream.
    pub partition: u16,
    pub(crate) id: EntryId,
}

/// A text is not the name of a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} names no dead letter: such a name is `event:partition:id`, as in `shop.order:0:1700000000000-0`; `streamhouse dead list` shows them"
)]
pub struct LetterIdError {
    text: String,
}

impl FromStr for LetterId {
    type Err = LetterIdError;

    fn from_str(text: &str) -> Result<Self, LetterIdError> {
        let read = || {
            let mut parts = text.rsplitn(3, ':');
            let id = EntryId::parse(parts.next()?)?;
            let partition = parts.next()?.parse().ok()?;
            let event = parts.next().filter(|event| !event.is_empty())?.to_string();
            Some(LetterId { event, partition, id })
        };
        read().ok_or_else(|| LetterIdError { text: text.to_string() })
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.event, self.partition, self.id)
    }
}

/// What a worker has set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// What names it.
    pub id: LetterId,
    /// The id that the entry had in the event's stream.
    pub entry: String,
    /// Which of the frame's rows it is about, counted from 0; all where there are none.
    pub rows: Vec<u32>,
    /// Why, in a word: `magic`, `format`, `checksum`, `malformed`, `schema` or `foreign` for what cannot be read, a ClickHouse code for
    /// rows that were refused.
    pub code: String,
    /// Why, in words; it may quote values.
    pub reason: String,
    /// The batch that it was in.
    pub batch: String,
    /// How many inserts the rows were in; 1 for what cannot be read.
    pub attempt: u32,
    /// The worker that set it aside.
    pub worker: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// The frame, untouched; none where the entry was none.
    pub frame: Option<Vec<u8>>,
    /// The entry's own fields, names and values, where it was no frame.
    pub foreign: Vec<(Vec<u8>, Vec<u8>)>,
}

impl DeadLetter {
    /// ClickHouse's name of the code, where it is one of those that are known.
    pub fn code_name(&self) -> Option<&'static str> {
        let code: u32 = self.code.parse().ok()?;
        crate::reactions::CLICKHOUSE.iter().find(|row| row.code == code).map(|row| row.name)
    }

    /// Of the entry with these fields; what is missing is left empty, for a letter must be seen whatever it is.
    fn of(event: &str, partition: u16, id: EntryId, fields: Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        let mut letter = DeadLetter {
            id: LetterId { event: event.to_string(), partition, id },
            entry: String::new(),
            rows: Vec::new(),
            code: String::new(),
            reason: String::new(),
            batch: String::new(),
            attempt: 1,
            worker: String::new(),
            time: id.millis,
            frame: None,
            foreign: Vec::new(),
        };
        for (name, value) in fields {
            let text = || String::from_utf8_lossy(&value).into_owned();
            match &name[..] {
                b"entry" => letter.entry = text(),
                b"rows" => letter.rows = text().split(',').filter_map(|row| row.parse().ok()).collect(),
                b"code" => letter.code = text(),
                b"reason" => letter.reason = text(),
                b"batch" => letter.batch = text(),
                b"attempt" => letter.attempt = text().parse().unwrap_or(1),
                b"worker" => letter.worker = text(),
                b"time" => letter.time = text().parse().unwrap_or(id.millis),
                b"event" => {}
                name if name == FRAME_FIELD.as_bytes() => letter.frame = Some(value),
                name => {
                    letter.foreign.push((name.strip_prefix(b"f.").unwrap_or(name).to_vec(), value));
                }
            }
        }
        letter
    }
}

/// The letters in the answer to XRANGE.
pub(super) fn letters(event: &str, partition: u16, answer: Value) -> Option<Vec<DeadLetter>> {
    let Value::Array(entries) = answer else { return None };
    let letter = |entry| {
        let Value::Array(pair) = entry else { return None };
        let mut pair = pair.into_iter();
        let (Some(Value::BulkString(id)), Some(Value::Array(fields))) = (pair.next(), pair.next()) else {
            return None;
        };
        let id = EntryId::parse(std::str::from_utf8(&id).ok()?)?;
        let mut texts = fields.into_iter().filter_map(|field| match field {
            Value::BulkString(text) => Some(text),
            _ => None,
        });
        let mut fields = Vec::new();
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            fields.push((name, value));
        }
        Some(DeadLetter::of(event, partition, id, fields))
    };
    entries.into_iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let id: LetterId = "shop.order:3:1700000000000-12".parse().expect("a name");
        assert_eq!((&id.event[..], id.partition), ("shop.order", 3));
        assert_eq!(id.to_string(), "shop.order:3:1700000000000-12");
        for text in ["", "3:17-0", ":3:17-0", "a:b:17-0", "a:3:17", "a:70000:1-0"] {
            let error = text.parse::<LetterId>().expect_err(text);
            assert!(error.to_string().contains("streamhouse dead list"), "{error}");
        }
    }
}
