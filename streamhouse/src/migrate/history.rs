//! What was done, in a table of the database itself: rows are only ever added to it.

use std::collections::BTreeMap;

use streamhouse_schema::migration::Migration;
use streamhouse_schema::sql;

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
}

/// A note.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) migration: &'a Migration,
    /// The place of the statement, from 1.
    pub(super) statement: u32,
    pub(super) mark: Mark,
    /// Of an EXCHANGE the table that stood there, of a failure what the server said.
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
    /// The statement that was begun last, with its note.
    pub(super) begun: Option<(u32, String)>,
    pub(super) finished: bool,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct History {
    applied: BTreeMap<u32, Applied>,
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
                mark Enum8('begun' = 1, 'done' = 2, 'failed' = 3, 'finished' = 4), note String, \
                at DateTime64(6, 'UTC') DEFAULT now64(6)\
            ) ENGINE = MergeTree ORDER BY (number, at) \
            COMMENT 'What StreamHouse has migrated; rows are only added'"
        );
        sink.execute("creating the history of migrations", &statement).await
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
            let entry: &mut Applied = applied.entry(number).or_insert_with(|| Applied {
                number,
                name: String::new(),
                checksum: String::new(),
                done: 0,
                begun: None,
                finished: false,
            });
            // The latest note counts: what was begun and never finished may be begun anew with other statements.
            (entry.name, entry.checksum) = (name, checksum);
            match mark {
                1 => entry.begun = Some((statement, note)),
                2 => {
                    entry.done = statement;
                    entry.begun = None;
                }
                4 => entry.finished = true,
                _ => {}
            }
        }
        Ok(Self { applied })
    }

    /// Adds a note.
    pub(super) async fn note(sink: &Sink, record: &Record<'_>) -> Result<(), SinkError> {
        let mark = match record.mark {
            Mark::Begun => "begun",
            Mark::Done => "done",
            Mark::Failed => "failed",
            Mark::Finished => "finished",
        };
        let text = streamhouse_schema::sql::string;
        let statement = format!(
            "INSERT INTO {TABLE} (number, name, checksum, statement, mark, note) VALUES ({}, {}, {}, {}, {}, {})",
            record.migration.number,
            text(&record.migration.name()),
            text(&record.migration.checksum()),
            record.statement,
            text(mark),
            text(record.note),
        );
        sink.execute("writing the history of migrations", &statement).await
    }

    pub(super) fn of(&self, number: u32) -> Option<&Applied> {
        self.applied.get(&number)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Applied> {
        self.applied.values()
    }
}
