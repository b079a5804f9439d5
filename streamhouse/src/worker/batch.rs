//! Batches as they are named and recorded (docs/format.md, "Batch").

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use super::pieces::InsertRecord;

/// The version of the record where all inserts are whole, and where one is in pieces.
const FORMATS: [u32; 2] = [1, 2];
/// 2020-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: u64 = 1_577_836_800_000;
const PARTITION_BITS: u32 = 10;
const COUNTER_BITS: u32 = 12;

/// The most inserts of a batch: its ids have to fit the counter.
pub(crate) const MAX_INSERTS: usize = 1 << (COUNTER_BITS - 1);

/// The id of a batch: when it was cut, in which partition, and a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct BatchId(pub(crate) u64);

impl BatchId {
    /// The id of a batch that is cut at `now` (milliseconds since 1970), greater than all before it. Its inserts take
    /// the ids from this one on, `inserts` of them.
    pub(crate) fn next(previous: Option<BatchId>, now: u64, partition: u16, inserts: usize) -> Self {
        let low = u64::from(partition) << COUNTER_BITS;
        let at = |millis: u64| BatchId(millis << (PARTITION_BITS + COUNTER_BITS) | low);
        let fresh = at(now.saturating_sub(EPOCH));
        match previous {
            // Two batches in a millisecond, or a clock that went back: count on, and where the counter does not
            // reach take the next millisecond.
            Some(previous) if previous >= fresh => {
                let counter = previous.0 & ((1 << COUNTER_BITS) - 1);
                if counter + (inserts.max(1) as u64) < 1 << COUNTER_BITS {
                    BatchId(previous.0 + 1)
                } else {
                    at((previous.0 >> (PARTITION_BITS + COUNTER_BITS)) + 1)
                }
            }
            _ => fresh,
        }
    }

    /// When it was cut, in milliseconds since 1970.
    pub(crate) fn cut_at(self) -> u64 {
        EPOCH + (self.0 >> (PARTITION_BITS + COUNTER_BITS))
    }

    /// The partition of the stream.
    pub(crate) fn partition(self) -> u64 {
        self.0 >> COUNTER_BITS & ((1 << PARTITION_BITS) - 1)
    }

    /// The id of one of its inserts, counted from 0.
    pub(crate) fn insert(self, number: usize) -> Self {
        BatchId(self.0.saturating_add(number as u64))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        (text.len() == 20).then(|| text.parse().ok().map(BatchId)).flatten()
    }
}

impl From<BatchId> for String {
    fn from(id: BatchId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for BatchId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not the id of a batch")
    }
}

/// Twenty digits, so that text compares as the number does.
impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}", self.0)
    }
}

/// The id of a stream entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct EntryId {
    pub(crate) millis: u64,
    pub(crate) number: u64,
}

impl EntryId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (millis, number) = text.split_once('-')?;
        Some(Self { millis: millis.parse().ok()?, number: number.parse().ok()? })
    }

    /// The least id above this one.
    pub(crate) fn next(self) -> Self {
        match self.number.checked_add(1) {
            Some(number) => Self { number, ..self },
            None => Self { millis: self.millis.saturating_add(1), number: 0 },
        }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.number)
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for EntryId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not the id of a stream entry")
    }
}

/// What is recorded of a batch from the cut to the finish.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct BatchRecord {
    format: u32,
    pub(crate) first: EntryId,
    pub(crate) last: EntryId,
    pub(crate) entries: u64,
    pub(crate) inserts: Vec<InsertRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parked: Vec<ParkedRecord>,
}

/// What is recorded of an entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ParkedRecord {
    pub(crate) entry: EntryId,
    pub(crate) code: String,
}

impl BatchRecord {
    pub(crate) fn new(
        first: EntryId,
        last: EntryId,
        entries: u64,
        inserts: Vec<InsertRecord>,
        parked: Vec<ParkedRecord>,
    ) -> Self {
        Self { format: FORMATS[0], first, last, entries, inserts, parked }
    }

    pub(crate) fn to_json(&self) -> String {
        let format = FORMATS[usize::from(self.is_divided())];
        // Numbers and strings always have a JSON form.
        serde_json::to_string(&Self { format, ..self.clone() }).unwrap_or_default()
    }

    pub(crate) fn from_json(text: &str) -> Result<Self, String> {
        let record: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if !FORMATS.contains(&record.format) {
            let [least, most] = FORMATS;
            return Err(format!("format {}, this version reads formats {least} to {most}", record.format));
        }
        for insert in record.inserts.iter().filter(|insert| !insert.pieces.is_empty()) {
            let rows = insert.pieces.iter().try_fold(0_u64, |sum, piece| sum.checked_add(piece.rows()));
            if rows != Some(insert.rows) {
                return Err("the pieces of an insert have other rows than the insert".into());
            }
        }
        // What it is written in is for what it holds to say.
        Ok(Self { format: FORMATS[0], ..record })
    }

    /// Whether so many entries that make these inserts are those of which the batch was cut.
    pub(crate) fn is_of(&self, entries: u64, inserts: &[InsertRecord]) -> bool {
        entries == self.entries
            && inserts.len() == self.inserts.len()
            && inserts.iter().zip(&self.inserts).all(|(found, recorded)| found.is_same(recorded))
    }

    /// Events in all inserts.
    pub(crate) fn rows(&self) -> u64 {
        self.inserts.iter().map(|insert| insert.rows).sum()
    }

    /// The greatest id that the batch uses.
    pub(crate) fn greatest_id(&self, batch: BatchId) -> BatchId {
        batch.insert(self.inserts.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = EPOCH + 1000;

    #[test]
    fn batch_ids_rise_whatever_the_clock_does() {
        let mut previous = BatchId::next(None, NOW, 3, 1);
        assert_eq!(previous.0, 1000 << 22 | 3 << 12);
        for now in [NOW, NOW, NOW - 500, NOW + 1].into_iter().chain([NOW; 5000]) {
            let next = BatchId::next(Some(previous), now, 3, 3);
            assert!(next > previous, "{next} after {previous}");
            assert_eq!(next.0 >> 12 & 0x3FF, 3);
            assert!(next.to_string() > previous.to_string());
            // The last of its inserts still has the same partition.
            previous = next.insert(2);
            assert_eq!(previous.0 >> 12, next.0 >> 12);
        }
    }

    #[test]
    fn record_is_as_documented() {
        let entry = |text| EntryId::parse(text).expect("an id");
        let record = BatchRecord::new(
            entry("1700000000000-0"),
            entry("1700000000009-4"),
            120,
            vec![InsertRecord {
                schema: "ab".into(),
                rows: 96000,
                hash: "cd".into(),
                tokens: 0,
                pieces: Vec::new(),
            }],
            vec![ParkedRecord { entry: entry("1700000000003-1"), code: "checksum".into() }],
        );
        let json = r#"{"format":1,"first":"1700000000000-0","last":"1700000000009-4","entries":120,"inserts":[{"schema":"ab","rows":96000,"hash":"cd"}],"parked":[{"entry":"1700000000003-1","code":"checksum"}]}"#;
        assert_eq!(record.to_json(), json);
        assert_eq!(BatchRecord::from_json(json), Ok(record.clone()));
        let later = json.replace(r#""hash":"cd""#, r#""hash":"cd","tokens":2"#);
        let later_record = BatchRecord::from_json(&later).expect("a record");
        assert_eq!((later_record.inserts[0].tokens, later_record.to_json()), (2, later));
        assert!(later_record.inserts[0].is_same(&record.inserts[0]));
        assert!(BatchRecord::from_json(&json.replace("\"format\":1", "\"format\":3")).is_err());
    }
}
