//! What was done, in a table of the database itself: rows are only ever added to it.

use std::collections::BTreeMap;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{Migration, statements};
use streamhouse_schema::sql;

use super::lock::{Lock, is_fenced};
use super::run::Halt;
use crate::sink::{Sink, SinkError};

/// The table.
const TABLE: &str = "streamhouse_migrations";

/// What is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A statement is about to run.
    Begun,
    /// It has run.
    Done,
    /// It was refused.
    Failed,
    /// The migration is applied.
    Finished,
    /// A statement that takes it back is about to run.
    BackBegun,
    /// It has run.
    BackDone,
    /// It was refused.
    BackFailed,
    /// The migration is taken back.
    Undone,
    /// A partition is about to be copied.
    Copying,
    /// It is copied.
    Copied,
    /// The same of a copy that takes back.
    BackCopying,
    /// The same.
    BackCopied,
}

/// The marks as ClickHouse stores them. Numbers are never given anew.
const MARKS: [(&str, i8, Mark); 12] = [
    ("begun", 1, Mark::Begun),
    ("done", 2, Mark::Done),
    ("failed", 3, Mark::Failed),
    ("finished", 4, Mark::Finished),
    ("back_begun", 5, Mark::BackBegun),
    ("back_done", 6, Mark::BackDone),
    ("back_failed", 7, Mark::BackFailed),
    ("undone", 8, Mark::Undone),
    ("copying", 9, Mark::Copying),
    ("copied", 10, Mark::Copied),
    ("back_copying", 11, Mark::BackCopying),
    ("back_copied", 12, Mark::BackCopied),
];

impl Mark {
    /// The type of the column that holds marks.
    fn column() -> String {
        let values: Vec<String> =
            MARKS.iter().map(|(name, number, _)| format!("'{name}' = {number}")).collect();
        format!("Enum8({})", values.join(", "))
    }

    fn name(self) -> &'static str {
        MARKS.iter().find(|(.., mark)| *mark == self).map_or("", |(name, ..)| name)
    }
}

/// A note.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) migration: &'a Migration,
    /// The place of the statement, from 1.
    pub(super) statement: u32,
    pub(super) mark: Mark,
    /// Of an EXCHANGE the table that stood there, of a statement that is done its checksum, of a partition what
    /// [`Copy`] knows, of a failure what the server said; of the way back the checksum of its statements before it.
    pub(super) note: &'a str,
}

impl<'a> Record<'a> {
    /// The tables are there already.
    pub(super) fn baseline(migration: &'a Migration) -> Self {
        Self { migration, statement: 0, mark: Mark::Finished, note: "baseline" }
    }
}

/// What is known of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) checksum: String,
    /// Statements that are done.
    pub(super) done: u32,
    /// The checksums of those of them that were noted.
    pub(super) texts: BTreeMap<u32, String>,
    /// The statement that was begun last, with its note.
    pub(super) begun: Option<(u32, String)>,
    /// The server has refused it, so that it does not run any more.
    pub(super) refused: bool,
    pub(super) finished: bool,
    /// The partitions that were copied, or begun.
    pub(super) copies: Vec<Copy>,
    /// How far it is taken back, where that was begun.
    pub(super) back: Option<Back>,
}

/// A partition that was copied into a table of its own, or begun to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    /// The place of the statement that copies.
    pub(super) statement: u32,
    /// Its checksum: with another one the copy is nothing.
    pub(super) text: String,
    /// The id of the partition.
    pub(super) partition: String,
    /// How many rows it became; `None` while it is not done.
    pub(super) rows: Option<u64>,
    /// The table that has them.
    pub(super) table: String,
}

impl Copy {
    pub(super) fn note(&self) -> String {
        format!("{} {} {} {}", self.text, self.partition, self.rows.unwrap_or(0), self.table)
    }

    fn read(statement: u32, note: &str, is_done: bool) -> Option<Self> {
        let mut words = note.splitn(4, ' ').map(str::to_string);
        let (text, partition, rows, table) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let rows = if is_done { Some(rows.parse().ok()?) } else { None };
        Some(Self { statement, text, partition, rows, table })
    }
}

/// A way back that was begun.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Back {
    /// The checksum of its statements.
    pub(super) checksum: String,
    /// Statements that are done.
    pub(super) done: u32,
    /// The statement that was begun last, with its note.
    pub(super) begun: Option<(u32, String)>,
    /// The partitions that were copied, or begun.
    pub(super) copies: Vec<Copy>,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct History {
    applied: BTreeMap<u32, Applied>,
}

impl Applied {
    /// Whether a migration may stand in its place: where the server has refused a statement, that one and those behind it
    /// may be others, or the whole migration where none was done.
    pub(super) fn may_become(&self, migration: &Migration) -> bool {
        let statements = statements(&migration.up);
        let is_done = |number: u32| {
            let text = statements.get(number as usize - 1).map(|text| Fingerprint::of(text).to_string());
            text.is_some() && text.as_ref() == self.texts.get(&number)
        };
        self.refused && !self.finished && (1..=self.done).all(is_done)
    }

    /// Whether it is as if it had never been begun.
    pub(super) fn is_nothing(&self) -> bool {
        self.refused && !self.finished && self.done == 0
    }
}

impl History {
    /// Creates the table where it is missing, and those in which migrations speak to workers.
    pub(super) async fn create(sink: &Sink) -> Result<(), SinkError> {
        for statement in sql::create_frames() {
            sink.execute("creating the tables in which migrations speak to workers", &statement).await?;
        }
        let statement = format!(
            "CREATE TABLE IF NOT EXISTS {TABLE} (\
                number UInt32, name String, checksum String, statement UInt32, \
                mark {}, note String, \
                at DateTime64(6, 'UTC') DEFAULT now64(6)\
            ) ENGINE = MergeTree ORDER BY (number, at) \
            COMMENT 'What StreamHouse has migrated; rows are only added'",
            Mark::column()
        );
        sink.execute("creating the history of migrations", &statement).await?;
        // One that an earlier version has made knows fewer marks; one of a later version keeps its own.
        let is_known =
            |ty: &str| MARKS.iter().all(|(name, number, _)| ty.contains(&format!("'{name}' = {number}")));
        if sink.column_type(TABLE, "mark").await?.is_some_and(|ty| !is_known(&ty)) {
            let more = format!("ALTER TABLE {TABLE} MODIFY COLUMN mark {}", Mark::column());
            sink.execute("extending the history of migrations", &more).await?;
        }
        Ok(())
    }

    /// Reads it; empty where there is none.
    pub(super) async fn read(sink: &Sink) -> Result<Self, SinkError> {
        if sink.table_id(TABLE).await?.is_none() {
            return Ok(Self::default());
        }
        // A Finished may bear the same time as the last Done.
        let query = format!(
            "SELECT number, name, checksum, statement, toInt8(mark), note FROM {TABLE} ORDER BY number, at, statement, mark"
        );
        let rows: Vec<(u32, String, String, u32, i8, String)> =
            sink.rows("reading the history of migrations", &query).await?;
        let mut applied = BTreeMap::new();
        for (number, name, checksum, statement, mark, note) in rows {
            let known = MARKS.iter().find(|(_, number, _)| *number == mark);
            let Some((.., mark)) = known else { continue };
            if *mark == Mark::Undone {
                applied.remove(&number);
                continue;
            }
            let entry: &mut Applied = applied.entry(number).or_insert_with(|| Applied {
                number,
                name: String::new(),
                checksum: String::new(),
                done: 0,
                texts: BTreeMap::new(),
                begun: None,
                refused: false,
                finished: false,
                copies: Vec::new(),
                back: None,
            });
            // The latest note counts: what was begun and never finished may be begun anew with other statements.
            (entry.name, entry.checksum) = (name, checksum);
            match mark {
                Mark::Begun => (entry.begun, entry.refused) = (Some((statement, note)), false),
                Mark::Done => {
                    (entry.done, entry.begun, entry.refused) = (statement, None, false);
                    entry.texts.insert(statement, note);
                }
                Mark::Failed => entry.refused = true,
                Mark::Finished => entry.finished = true,
                Mark::BackBegun => {
                    let (checksum, note) = note.split_once(' ').unwrap_or((&note, ""));
                    let back = entry.back.get_or_insert_default();
                    (back.checksum, back.begun) = (checksum.into(), Some((statement, note.into())));
                }
                Mark::BackDone => {
                    let back = entry.back.get_or_insert_default();
                    (back.done, back.begun) = (statement, None);
                }
                Mark::Copying | Mark::Copied => {
                    entry.copies.extend(Copy::read(statement, &note, *mark == Mark::Copied));
                }
                Mark::BackCopying | Mark::BackCopied => {
                    let (_, note) = note.split_once(' ').unwrap_or_default();
                    let back = entry.back.get_or_insert_default();
                    back.copies.extend(Copy::read(statement, note, *mark == Mark::BackCopied));
                }
                Mark::BackFailed | Mark::Undone => {}
            }
        }
        Ok(Self { applied })
    }

    /// Adds a note, under a lock that is held still.
    pub(super) async fn note(sink: &Sink, lock: &Lock<'_>, record: &Record<'_>) -> Result<(), Halt> {
        let text = streamhouse_schema::sql::string;
        let condition = lock.condition().map_or_else(String::new, |holds| format!(" WHERE {holds}"));
        let statement = format!(
            "INSERT INTO {TABLE} (number, name, checksum, statement, mark, note) SELECT {}, {}, {}, {}, {}, {}{condition}",
            record.migration.number,
            text(&record.migration.name()),
            text(&record.migration.checksum()),
            record.statement,
            text(record.mark.name()),
            text(record.note),
        );
        match sink.execute("writing the history of migrations", &statement).await {
            Err(error) if is_fenced(&error) => Err(Halt::LockLost),
            noted => Ok(noted?),
        }
    }

    pub(super) fn of(&self, number: u32) -> Option<&Applied> {
        self.applied.get(&number)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Applied> {
        self.applied.values()
    }
}
