//! One migration, statement by statement.

use std::time::Duration;

use streamhouse_schema::migration::{Migration, statements};
use streamhouse_schema::sql;

use super::history::{Applied, History, Mark, Record};
use super::lock::Lock;
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

impl Runner<'_> {
    /// Runs what is left of a migration.
    pub(super) async fn run(
        &self,
        migration: &Migration,
        before: Option<&Applied>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), MigrateError> {
        let statements = statements(&migration.up);
        let of = statements.len() as u32;
        let begun = before.and_then(|applied| applied.begun.clone());
        let first = first(&statements, before.map_or(0, |applied| applied.done));
        for (number, statement) in (1..).zip(&statements).skip(first) {
            if !self.lock.keep().await? {
                return Err(MigrateError::LockLost { migration: migration.name() });
            }
            report(Progress::Statement { number, of, text: statement.clone() });
            let interrupted = begun.as_ref().filter(|(statement, _)| *statement == number);
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
            let record = |mark, note| Record { migration, statement: number, mark, note };
            if !is_done {
                if interrupted.is_none() {
                    History::note(self.sink, &record(Mark::Begun, &note)).await?;
                }
                let noted = interrupted.map_or(&note, |(_, noted)| noted);
                let done = self.execute(statement, interrupted.is_some(), noted, report).await;
                if let Err(error) = done {
                    let message = error.to_string();
                    // What the server says matters more than that it could not be noted.
                    let _ = History::note(self.sink, &record(Mark::Failed, &message)).await;
                    return Err(MigrateError::Failed {
                        migration: migration.name(),
                        number,
                        statement: statement.clone(),
                        message,
                    });
                }
            }
            History::note(self.sink, &record(Mark::Done, "")).await?;
        }
        let end = Record { migration, statement: of, mark: Mark::Finished, note: "" };
        History::note(self.sink, &end).await?;
        Ok(())
    }

    async fn execute(
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
        if let Some(table) = paused(statement) {
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

/// Where to go on after so many statements: a copy that was interrupted begins anew, with what takes its first attempt away.
fn first(statements: &[String], done: u32) -> usize {
    let done = done as usize;
    let Some(before) = done.checked_sub(1) else { return 0 };
    let is = |at: usize, start: &str, part: &str| {
        statements.get(at).is_some_and(|statement| statement.starts_with(start) && statement.contains(part))
    };
    let copies =
        is(done, "INSERT", "SELECT") && (is(before, "TRUNCATE", "") || is(before, "ALTER", " DELETE WHERE "));
    let clones = is(done, "CREATE TABLE", " CLONE AS ") && is(before, "DROP TABLE", "");
    if copies || clones { before } else { done }
}

/// The table in `INSERT INTO streamhouse_seams (…) VALUES ('table', true, …)`.
fn paused(statement: &str) -> Option<String> {
    let values =
        statement.strip_prefix("INSERT INTO ")?.strip_prefix(sql::SEAMS)?.split_once(" VALUES ('")?.1;
    values.split_once("', true, ").map(|(table, _)| table.to_string())
}

/// The table in `EXCHANGE TABLES table AND …`.
fn exchanged(statement: &str) -> Option<String> {
    statement.strip_prefix("EXCHANGE TABLES ").map(first_name)
}

/// Table and column in `ALTER TABLE table MODIFY COLUMN column …`.
fn modified(statement: &str) -> Option<(String, String)> {
    let (_, rest) = statement.split_once(" MODIFY COLUMN ")?;
    Some((altered(statement)?, first_name(rest)))
}

/// The table in `ALTER TABLE table …`.
fn altered(statement: &str) -> Option<String> {
    statement.strip_prefix("ALTER TABLE ").map(first_name)
}

fn first_name(text: &str) -> String {
    match text.strip_prefix('`') {
        Some(rest) => rest.split('`').next().unwrap_or_default().to_string(),
        None => text.split_whitespace().next().unwrap_or_default().to_string(),
    }
}

/// Whether a statement that was interrupted is refused because it was done.
fn was_done(statement: &str, error: &SinkError) -> bool {
    let SinkError::Server { code, message, .. } = error else { return false };
    match code {
        // BAD_ARGUMENTS: `Column … doesn't have CODEC, cannot remove it`.
        36 => statement.contains(" REMOVE ") && message.contains("cannot remove"),
        // DUPLICATE_COLUMN: both columns have changed their names.
        15 => statement.contains(" RENAME COLUMN "),
        // UNKNOWN_TABLE, TABLE_ALREADY_EXISTS.
        57 | 60 => statement.starts_with("RENAME TABLE "),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_copy_begins_anew() {
        let statements: Vec<String> =
            ["CREATE TABLE a", "TRUNCATE TABLE a", "INSERT INTO a", "EXCHANGE TABLES b AND a"]
                .map(String::from)
                .into();
        let statements: Vec<String> =
            statements.into_iter().map(|text| text.replace("INTO a", "INTO a SELECT")).collect();
        assert_eq!([0, 1, 2, 3, 4].map(|done| first(&statements, done)), [0, 1, 1, 3, 4]);
        let statements: Vec<String> = [
            "DROP TABLE a__copied",
            "CREATE TABLE a__copied CLONE AS a",
            "ALTER TABLE b DELETE WHERE c",
            "INSERT INTO b SELECT * FROM a",
            "INSERT INTO streamhouse_seams (table, closed, why) VALUES ('a', true, '')",
        ]
        .map(String::from)
        .into();
        assert_eq!([0, 1, 2, 3, 4].map(|done| first(&statements, done)), [0, 0, 2, 2, 4]);
        assert_eq!(paused(&statements[4]).as_deref(), Some("a"));
        assert_eq!(paused(&statements[4].replace("true", "false")), None);
    }

    #[test]
    fn tables_are_found_in_statements() {
        assert_eq!(exchanged("EXCHANGE TABLES `a b` AND c").as_deref(), Some("a b"));
        assert_eq!(altered("ALTER TABLE t ON CLUSTER c ADD COLUMN x Int8").as_deref(), Some("t"));
        assert_eq!(altered("CREATE TABLE t"), None);
    }
}
