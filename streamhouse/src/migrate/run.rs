//! One migration, statement by statement.

use std::time::Duration;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{Migration, statements};
use streamhouse_schema::sql;

use super::history::{Applied, History, Mark, Record};
use super::lock::Lock;
use super::statement::{altered, exchanged, first, kept, modified, paused, was_done};
use super::{MigrateError, Progress};
use crate::sink::{Sink, SinkError};

/// Between two looks at what the server rewrites.
const LOOK: Duration = Duration::from_millis(200);
/// After which time every worker has seen that a table changes: they look every second (`worker::context`), and an insert that
/// was about to be sent is sent.
const SEEN: Duration = Duration::from_secs(3);
/// How often in a row a mutation may be found failing before it is cancelled.
const PATIENCE: u32 = 25;

pub(super) struct Runner<'a> {
    pub(super) sink: &'a Sink,
    pub(super) lock: &'a Lock<'a>,
}

/// A migration on its way, or on its way back.
pub(super) struct Way<'a> {
    migration: &'a Migration,
    statements: Vec<String>,
    /// Statements that are done.
    done: u32,
    /// The statement that was begun last, with its note.
    begun: Option<(u32, String)>,
    /// The server has refused it: it may be another one by now.
    refused: bool,
    /// What stands before the notes.
    prefix: String,
    marks: [Mark; 4],
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
            prefix: String::new(),
            marks: [Mark::Begun, Mark::Done, Mark::Failed, Mark::Finished],
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
            prefix: format!("{checksum} "),
            marks: [Mark::BackBegun, Mark::BackDone, Mark::BackFailed, Mark::Undone],
        })
    }
}

impl Way<'_> {
    /// The statements that are left.
    pub(super) fn left(&self) -> Vec<String> {
        self.statements.iter().skip(first(&self.statements, self.done)).cloned().collect()
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
        for (number, statement) in (1..).zip(statements).skip(first) {
            if !self.lock.keep().await? {
                return Err(MigrateError::LockLost { migration: migration.name() });
            }
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
            let [begins, ends, fails, _] = *marks;
            let marked = format!("{}{note}", way.prefix);
            let record = |mark, note| Record { migration, statement: number, mark, note };
            if !is_done {
                if interrupted.is_none() {
                    History::note(self.sink, &record(begins, &marked)).await?;
                }
                let noted = interrupted.map_or(&note, |(_, noted)| noted);
                let done = self.execute(statement, again.is_some(), noted, report).await;
                if let Err(error) = done {
                    let message = error.to_string();
                    // One that got no answer may still run. What the server says matters more than that it could not be
                    // noted.
                    if matches!(error, SinkError::Server { .. }) {
                        let _ = History::note(self.sink, &record(fails, &message)).await;
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
            let text = Fingerprint::of(statement).to_string();
            History::note(self.sink, &record(ends, &text)).await?;
        }
        let end = Record { migration, statement: of, mark: marks[3], note: "" };
        History::note(self.sink, &end).await?;
        Ok(())
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
        again: bool,
        noted: &str,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), SinkError> {
        match self.lock.kept(self.sink.execute("migrating", statement)).await {
            Err(error) if again && was_done(statement, &error) => {}
            done => done?,
        }
        if let Some(table) = paused(statement).filter(|_| !self.lock.is_alone()) {
            return self.wait_for_workers(&table).await;
        }
        let Some(table) = altered(statement) else { return Ok(()) };
        let waited = self.wait(&table, report).await;
        if let (Err(_), Some((_, column))) = (&waited, modified(statement))
            && !noted.is_empty()
        {
            // The server changes the type first: values that do not fit it could not be read any more.
            let back =
                format!("ALTER TABLE {} MODIFY COLUMN {} {noted}", sql::name(&table), sql::name(&column));
            self.sink.execute("taking back a type", &back).await?;
        }
        waited
    }

    /// Waits until every worker has seen that it may not insert, and what was inserted before is there.
    async fn wait_for_workers(&self, table: &str) -> Result<(), SinkError> {
        tokio::time::sleep(SEEN).await;
        while self.sink.is_inserting(table).await? {
            self.lock.keep().await?;
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until the server has rewritten what it has to; cancels what does not come to an end.
    async fn wait(&self, table: &str, report: &mut (dyn FnMut(Progress) + Send)) -> Result<(), SinkError> {
        let mut failing = 0;
        loop {
            let (parts, reason) = self.sink.mutations(table).await?;
            let Some(parts) = parts else { return Ok(()) };
            report(Progress::Mutation { parts });
            failing = if reason.is_empty() { 0 } else { failing + 1 };
            if failing > PATIENCE {
                self.sink.cancel_mutations(table).await?;
                return Err(SinkError::Server {
                    endpoint: self.sink.endpoint().to_string(),
                    operation: "rewriting rows, which is cancelled; a column has its old type again".into(),
                    code: 341,
                    message: reason,
                });
            }
            self.lock.keep().await?;
            tokio::time::sleep(LOOK).await;
        }
    }
}
