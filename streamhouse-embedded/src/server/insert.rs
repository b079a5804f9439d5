//! Inserts that bring data.

use std::sync::Arc;

use bytes::Bytes;

use super::Shared;
use super::body::Input;
use super::error::QueryError;
use super::lease::engine_error;
use super::quote::{quoted, text_of};
use super::running::{MARK_SETTING, Query};
use crate::ffi::{Connection, Progress};

/// An `INSERT … SELECT` that calls `input`, in its parts.
#[derive(Debug)]
pub(super) struct Staged<'a> {
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    /// The argument of `input`.
    pub(super) structure: &'a str,
}

/// Hands data to the engine as it comes.
#[expect(
    clippy::too_many_arguments,
    reason = "an insert has these parts, and a struct of them would be built once"
)]
pub(super) fn stream(
    shared: &Shared,
    query: &Arc<Query>,
    connection: &mut Connection,
    head: &str,
    format: &str,
    parameters: &[(String, String)],
    data: Bytes,
    input: &mut Input,
) -> Result<Progress, QueryError> {
    let mut insert = connection.insert(head, format, parameters).map_err(|error| engine_error(&error))?;
    let mut next = Some(data);
    loop {
        match next {
            Some(data) if data.is_empty() => {}
            Some(data) => match insert.append(&data) {
                Ok(()) => {}
                // The reason comes with the end.
                Err(_) => break,
            },
            None => break,
        }
        next = match input.next() {
            Ok(next) => next,
            Err(error) => {
                let written = written(shared, query);
                insert.cancel();
                return Err(match written {
                    0 => error.with("nothing of it is inserted"),
                    rows => error.with(&format!("{rows} rows of complete blocks before it are inserted")),
                });
            }
        };
    }
    insert.finish().map(|output| output.progress()).map_err(|error| engine_error(&error))
}

/// The rows of the blocks that the engine has written for a query that still runs.
fn written(shared: &Shared, query: &Query) -> u64 {
    let sql = format!(
        "SELECT sum(written_rows) FROM system.processes WHERE Settings['{MARK_SETTING}'] = {}",
        quoted(&query.mark)
    );
    let rows = shared.engine.connect().and_then(|mut connection| text_of(&mut connection, &sql, &[]));
    rows.ok().and_then(|rows| rows.parse().ok()).unwrap_or(0)
}

/// The engine takes data for no statement with a SELECT in it. So the data goes into a temporary table on the disk, which
/// the statement then reads where it calls `input`.
#[expect(
    clippy::too_many_arguments,
    reason = "an insert has these parts, and a struct of them would be built once"
)]
pub(super) fn staged(
    shared: &Shared,
    query: &Arc<Query>,
    connection: &mut Connection,
    parts: &Staged<'_>,
    format: &str,
    parameters: &[(String, String)],
    data: Bytes,
    input: &mut Input,
) -> Result<Progress, QueryError> {
    let number = query.mark.split(':').next().unwrap_or_default();
    let table = format!("`_streamhouse_input_{number}`");
    let create = format!(
        "CREATE TEMPORARY TABLE {table} ENGINE = StripeLog AS SELECT * FROM null({})",
        parts.structure
    );
    connection.query(&create, "Null", parameters).map_err(|error| engine_error(&error))?;
    let inserted =
        stream(shared, query, connection, &format!("INSERT INTO {table}"), format, &[], data, input)
            .and_then(|_| {
                let statement = format!("{} {table} {}", parts.before, parts.after);
                let output =
                    connection.query(&statement, "Null", parameters).map_err(|error| engine_error(&error))?;
                Ok(output.progress())
            });
    // A session would keep it.
    if let Err(error) = connection.query(&format!("DROP TEMPORARY TABLE {table}"), "Null", &[]) {
        tracing::warn!(%error, "the data of an insert stays until its session ends");
    }
    inserted
}
