//! Dead letters as a table of ClickHouse, to be looked at with SQL.

use std::collections::{HashMap, HashSet};

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameColumn, FrameSchema};
use streamhouse_schema::types::Type;

use super::{DeadLetter, DeadLetters, LetterId};
use crate::error::Error;
use crate::frame::{Block, Layout};

/// Letters that are read at once.
const PAGE: usize = 50;

/// The columns beside those of the event: name, type and what is sent of it.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("_dead_letter", "String", "String"),
    ("_dead_row", "UInt32", "UInt32"),
    ("_dead_time", "DateTime64(3, 'UTC')", "DateTime64(3, 'UTC')"),
    ("_dead_code", "LowCardinality(String)", "String"),
    ("_dead_reason", "String", "String"),
    ("_dead_attempt", "UInt32", "UInt32"),
    ("_dead_worker", "LowCardinality(String)", "String"),
    ("_dead_batch", "String", "String"),
    ("_dead_entry", "String", "String"),
    ("_dead_problem", "String", "String"),
    ("_dead_frame", "String", "String"),
];

/// What an export has done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The table.
    pub table: String,
    /// Letters that were not in it before.
    pub letters: u64,
    /// Their rows.
    pub rows: u64,
    /// Those of them that could not be read: one row each, with the frame.
    pub unreadable: u64,
}

/// Rows of one schema.
struct Sheet {
    schema: FrameSchema,
    block: Block,
}

impl DeadLetters {
    /// Copies an event's letters into a table of ClickHouse, those that are not there yet; the letters stay. The table is
    /// `<event>_dead`, dots as underscores, unless another is named, and is created where it is missing.
    ///
    /// It has a row for each row of a letter: the event's columns, in the form in which they travel (numbers of an enumeration, text of JSON),
    /// so that what the event's own table refuses has room, and `_dead_letter`, `_dead_row`, `_dead_code`, `_dead_reason` and others. A letter that cannot be
    /// read is one row with `_dead_problem` and `_dead_frame`. Two exports at a time may copy a letter twice: the table is a
    /// ReplacingMergeTree of letter and row.
    pub async fn export(&self, event: &str, table: Option<&str>) -> Result<Exported, Error> {
        let table = table.map_or_else(|| format!("{}_dead", event.replace('.', "_")), String::from);
        let columns: Vec<(&str, &str)> = COLUMNS.iter().map(|(name, ty, _)| (*name, *ty)).collect();
        self.sink.create_database().await?;
        self.sink.create_dead(&table, &columns).await?;
        let mut exported = Exported { table, letters: 0, rows: 0, unreadable: 0 };
        let mut known: HashSet<Fingerprint> = HashSet::new();
        let mut after: Option<LetterId> = None;
        loop {
            let page = self.list(event, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(exported) };
            after = Some(last.id.clone());
            let names: Vec<String> = page.iter().map(|letter| letter.id.to_string()).collect();
            let there = self.sink.dead_there(&exported.table, &names).await?;
            let mut sheets: HashMap<Option<Fingerprint>, Sheet> = HashMap::new();
            for letter in page.iter().filter(|letter| !there.contains(&letter.id.to_string())) {
                let (rows, readable) = self.copy(letter, &mut sheets).await?;
                exported.letters += 1;
                exported.rows += rows;
                exported.unreadable += u64::from(!readable);
            }
            let mut sheets: Vec<_> = sheets.into_iter().collect();
            sheets.sort_by_key(|(fingerprint, _)| *fingerprint);
            for (fingerprint, Sheet { schema, block }) in sheets {
                if fingerprint.is_some_and(|fingerprint| known.insert(fingerprint)) {
                    let columns: Vec<(String, Type)> =
                        schema.columns.iter().map(|column| (column.name.clone(), column.ty.wire())).collect();
                    self.sink.widen_dead(&exported.table, &columns).await?;
                }
                let names: Vec<&str> = schema.columns.iter().map(|column| &column.name[..]).collect();
                self.sink.insert_dead(&exported.table, &names, block.into_native(&schema, None)).await?;
            }
        }
    }

    /// Adds a letter to the sheets; gives its rows, and whether they could be read.
    async fn copy(
        &self,
        letter: &DeadLetter,
        sheets: &mut HashMap<Option<Fingerprint>, Sheet>,
    ) -> Result<(u64, bool), Error> {
        let event = &letter.id.event;
        let read = match &letter.frame {
            Some(bytes) => self.read(event, bytes).await?,
            None => Err("the entry was no frame".to_string()),
        };
        let wanted = (!letter.rows.is_empty()).then_some(&letter.rows[..]);
        let rows = read.and_then(|(frame, schema)| {
            let selected = frame.rows_of(&Layout::of(&schema), wanted).map_err(|error| error.to_string())?;
            Ok((frame.fingerprint(), schema, selected))
        });
        match rows {
            Ok((fingerprint, schema, selected)) => {
                let own = wanted.map_or_else(|| (0..selected.len() as u32).collect(), <[u32]>::to_vec);
                let beside = beside(letter, &own, "", &[]);
                let sheet = sheets.entry(Some(fingerprint)).or_insert_with(|| Sheet::of(schema));
                let segments = selected.segments().chain(beside.iter().map(Vec::as_slice));
                sheet.block.append(own.len(), &segments.collect::<Vec<_>>());
                Ok((own.len() as u64, true))
            }
            Err(problem) => {
                let frame = letter.frame.clone().unwrap_or_else(|| foreign(letter));
                let row = letter.rows.first().copied().unwrap_or(0);
                let beside = beside(letter, &[row], &problem, &frame);
                let sheet = sheets.entry(None).or_insert_with(|| Sheet::of(nothing(event)));
                sheet.block.append(1, &beside.iter().map(Vec::as_slice).collect::<Vec<_>>());
                Ok((1, false))
            }
        }
    }
}

impl Sheet {
    fn of(mut schema: FrameSchema) -> Self {
        let columns = COLUMNS.iter().filter_map(|(name, _, ty)| {
            Some(FrameColumn { name: (*name).to_string(), ty: ty.parse().ok()? })
        });
        schema.columns.extend(columns);
        let block = Block::new(Layout::of(&schema));
        Self { schema, block }
    }
}

/// A schema without columns of its own.
fn nothing(event: &str) -> FrameSchema {
    FrameSchema {
        event: event.into(),
        version: 1,
        table: String::new(),
        delivery: Delivery::AtLeastOnce,
        columns: Vec::new(),
        id: None,
        timestamp: None,
    }
}

/// What stands beside the event's columns, in the order of [`COLUMNS`].
fn beside(letter: &DeadLetter, rows: &[u32], problem: &str, frame: &[u8]) -> Vec<Vec<u8>> {
    let same = |bytes: Vec<u8>| bytes.repeat(rows.len());
    let text = |text: &[u8]| {
        let (mut bytes, mut left) = (Vec::new(), text.len());
        while left >= 0x80 {
            bytes.push(left as u8 | 0x80);
            left >>= 7;
        }
        bytes.push(left as u8);
        bytes.extend_from_slice(text);
        same(bytes)
    };
    vec![
        text(letter.id.to_string().as_bytes()),
        rows.iter().flat_map(|row| row.to_le_bytes()).collect(),
        same(letter.time.to_le_bytes().to_vec()),
        text(letter.code.as_bytes()),
        text(letter.reason.as_bytes()),
        same(letter.attempt.to_le_bytes().to_vec()),
        text(letter.worker.as_bytes()),
        text(letter.batch.as_bytes()),
        text(letter.entry.as_bytes()),
        text(problem.as_bytes()),
        text(frame),
    ]
}

/// The fields of an entry that was no frame, one after the other as netstrings.
fn foreign(letter: &DeadLetter) -> Vec<u8> {
    let fields = letter.foreign.iter().flat_map(|(name, value)| [name, value]);
    fields
        .flat_map(|field| [format!("{}:", field.len()).into_bytes(), field.clone(), b",".to_vec()])
        .flatten()
        .collect()
}
