//! One migration, statement by statement.

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{Migration, statements};
use streamhouse_schema::sql::{self, CopyByPartition};

use super::copy::Copying;
use super::history::{Applied, Copy, History, Mark, Record};
use super::lock::Lock;
use super::statement::{altered, exchanged, first, kept, modified, paused, settings, was_done};
use super::{MigrateError, Progress};
use crate::sink::{Sink, SinkError};

pub(super) struct Runner<'a> {
    pub(super) sink: &'a Sink,
    pub(super) lock: &'a Lock<'a>,
}

/// Why a migration stops in its middle.
pub(super) enum Halt {
    /// The server refuses something, or does not answer.
    Sink(SinkError),
    /// Another runner may have begun.
    LockLost,
}

impl Halt {
    /// As an error, with what stands for a lock that was lost.
    pub(super) fn or(self, lost: impl FnOnce() -> MigrateError) -> MigrateError {
        match self {
            Halt::Sink(error) => error.into(),
            Halt::LockLost => lost(),
        }
    }
}

impl From<SinkError> for Halt {
    fn from(error: SinkError) -> Self {
        Halt::Sink(error)
    }
}

/// What is noted of a migration on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    begun: Mark,
    done: Mark,
    failed: Mark,
    finished: Mark,
    pub(super) copying: Mark,
    pub(super) copied: Mark,
}

const UP: Marks = Marks {
    begun: Mark::Begun,
    done: Mark::Done,
    failed: Mark::Failed,
    finished: Mark::Finished,
    copying: Mark::Copying,
    copied: Mark::Copied,
};

const BACK: Marks = Marks {
    begun: Mark::BackBegun,
    done: Mark::BackDone,
    failed: Mark::BackFailed,
    finished: Mark::Undone,
    copying: Mark::BackCopying,
    copied: Mark::BackCopied,
};

/// A migration on its way, or on its way back.
pub(super) struct Way<'a> {
    pub(super) migration: &'a Migration,
    pub(super) statements: Vec<String>,
    /// Statements that are done.
    pub(super) done: u32,
    /// The statement that was begun last, with its note.
    pub(super) begun: Option<(u32, String)>,
    /// The server has refused it: it may be another one by now.
    refused: bool,
    /// Partitions that were copied.
    pub(super) copies: Vec<Copy>,
    /// What stands before the notes.
    pub(super) prefix: String,
    pub(super) marks: Marks,
}

impl<'a> Way<'a> {
    /// What is left of a migration.
    pub(super) fn up(migration: &'a Migration, before: Option<&Applied>) -> Self {
        Self {
            migration,
            statements: statements(&migration.up),
            done: before.map_or(0, |applied| applied.done),
            begun: before.and_then(|applied| applied.begun.clone()),
            refused: before.is_some_and(|applied| applied.refused),
            copies: before.map_or_else(Vec::new, |applied| applied.copies.clone()),
            prefix: String::new(),
            marks: UP,
        }
    }

    /// What is left of taking one back.
    pub(super) fn back(migration: &'a Migration, before: &Applied) -> Result<Self, MigrateError> {
        let name = || migration.name();
        let statements =
            migration.back().map_err(|reason| MigrateError::NoWayBack { migration: name(), reason })?;
        let checksum = migration.down_checksum();
        let back = before.back.clone().unwrap_or_default();
        if !back.checksum.is_empty() && back.checksum != checksum {
            return Err(MigrateError::BackEdited { migration: name() });
        }
        Ok(Self {
            migration,
            statements,
            done: back.done,
            begun: back.begun,
            refused: false,
            copies: back.copies,
            prefix: format!("{checksum} "),
            marks: BACK,
        })
    }
}

impl Way<'_> {
    /// The statements that are left.
    pub(super) fn left(&self) -> Vec<String> {
        self.statements.iter().skip(first(&self.statements, self.done)).cloned().collect()
    }

    /// Under which query id a statement runs. A server runs no other under it at the same time.
    pub(super) fn query_id(&self, database: &str, number: u32) -> String {
        let back = if self.marks.finished == Mark::Undone { "-back" } else { "" };
        format!("streamhouse-migration-{database}-{}-{number}{back}", self.migration.number)
    }
}

impl Runner<'_> {
    /// Runs what is left.
    pub(super) async fn run(
        &self,
        way: &Way<'_>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), MigrateError> {
        let Way { migration, statements, begun, marks, .. } = way;
        let of = statements.len() as u32;
        let first = first(statements, way.done);
        if way.done == 0 && begun.is_none() {
            self.is_free(way).await?;
        }
        let lost = || MigrateError::LockLost { migration: migration.name() };
        self.wait_for_earlier(way, first).await.map_err(|halt| halt.or(lost))?;
        for (number, statement) in (1..).zip(statements).skip(first) {
            self.held().await.map_err(|halt| halt.or(lost))?;
            report(Progress::Statement { number, of, text: statement.clone() });
            let again = begun.as_ref().filter(|(statement, _)| *statement == number);
            let interrupted = again.filter(|_| !way.refused);
            let note = match (exchanged(statement), modified(statement)) {
                (Some(table), _) => self.sink.table_id(&table).await?.unwrap_or_default(),
                (_, Some((table, column))) => {
                    self.sink.column_type(&table, &column).await?.unwrap_or_default()
                }
                _ => String::new(),
            };
            let is_done = match (interrupted, exchanged(statement)) {
                // The table that stood there has changed places.
                (Some((_, before)), Some(_)) => *before != note,
                _ => false,
            };
            let marked = format!("{}{note}", way.prefix);
            let record = |mark, note| Record { migration, statement: number, mark, note };
            let copy = CopyByPartition::read(statement);
            if !is_done {
                if interrupted.is_none() {
                    let noted = History::note(self.sink, self.lock, &record(marks.begun, &marked)).await;
                    noted.map_err(|halt| halt.or(lost))?;
                }
                let noted = interrupted.map_or(&note, |(_, noted)| noted);
                let query_id = way.query_id(self.sink.database(), number);
                let done = match copy.clone() {
                    Some(copy) => {
                        let copying = Copying { way, number, statement, copy, query_id: &query_id };
                        self.copy(&copying, report).await
                    }
                    None => self.execute(statement, &query_id, again.is_some(), noted, report).await,
                };
                match done {
                    Ok(()) => {}
                    Err(Halt::LockLost) => return Err(lost()),
                    Err(Halt::Sink(error)) => {
                        let message = error.to_string();
                        // One that got no answer may still run. What the server says matters more than that it could not
                        // be noted.
                        if matches!(error, SinkError::Server { .. }) {
                            let _ =
                                History::note(self.sink, self.lock, &record(marks.failed, &message)).await;
                        }
                        return Err(MigrateError::Failed {
                            migration: migration.name(),
                            number,
                            statement: statement.clone(),
                            code: match &error {
                                SinkError::Server { code, .. } => *code,
                                _ => 0,
                            },
                            message,
                        });
                    }
                }
            }
            let text = Fingerprint::of(statement).to_string();
            let noted = History::note(self.sink, self.lock, &record(marks.done, &text)).await;
            noted.map_err(|halt| halt.or(lost))?;
            if copy.is_some() {
                self.drop_all_copies(way).await?;
            }
        }
        // Of a runner that was killed before it had dropped them.
        if !way.copies.is_empty() {
            self.drop_all_copies(way).await?;
        }
        let end = Record { migration, statement: of, mark: marks.finished, note: "" };
        History::note(self.sink, self.lock, &end).await.map_err(|halt| halt.or(lost))
    }

    /// Drops what partitions were copied into, by this runner and by those before.
    async fn drop_all_copies(&self, way: &Way<'_>) -> Result<(), SinkError> {
        let history = History::read(self.sink).await?;
        let Some(applied) = history.of(way.migration.number) else { return Ok(()) };
        let back = applied.back.iter().flat_map(|back| &back.copies);
        self.drop_copies(applied.copies.iter().chain(back)).await
    }

    /// Whether no other runner may have begun.
    pub(super) async fn held(&self) -> Result<(), Halt> {
        if self.lock.keep().await? { Ok(()) } else { Err(Halt::LockLost) }
    }

    /// Nothing stands where a rebuild keeps the old table: found out before anything is done.
    async fn is_free(&self, way: &Way<'_>) -> Result<(), MigrateError> {
        for table in way.statements.iter().filter_map(|statement| kept(statement)) {
            if self.sink.table_id(&table).await?.is_some() {
                return Err(MigrateError::KeptTable { migration: way.migration.name(), table });
            }
        }
        Ok(())
    }

    pub(super) async fn execute(
        &self,
        statement: &str,
        query_id: &str,
        again: bool,
        noted: &str,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), Halt> {
        let mut settings = settings(statement).to_vec();
        settings.push(("query_id", query_id));
        match self.lock.kept(self.sink.execute_with("migrating", statement, &settings)).await {
            Err(error) if again && was_done(statement, &error) => {}
            done => done?,
        }
        if let Some(table) = paused(statement).filter(|_| !self.lock.is_alone()) {
            return self.wait_for_workers(&table).await;
        }
        let Some(table) = altered(statement) else { return Ok(()) };
        let waited = self.wait(&table, report).await;
        if let (Err(Halt::Sink(_)), Some((_, column))) = (&waited, modified(statement))
            && !noted.is_empty()
        {
            // The server changes the type first: values that do not fit it could not be read any more.
            let back =
                format!("ALTER TABLE {} MODIFY COLUMN {} {noted}", sql::name(&table), sql::name(&column));
            self.sink.execute("taking back a type", &back).await?;
        }
        waited
    }
}
