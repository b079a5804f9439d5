//! `KILL QUERY`. The engine gives queries ids of its own, so what a client asks for is looked up by the ids that clients
//! know, and killed by the engine's.

use super::error::QueryError;
use super::quote::{quoted, text_of};
use super::running::{MARK_SETTING, Running};
use super::words::{Word, Words};
use crate::ffi::{Connection, Engine, EngineError};

/// Kills the run that carries a mark; one that the engine does not have is none.
pub(super) fn by_mark(engine: &Engine, mark: &str) {
    ask(engine, &format!("KILL QUERY WHERE Settings['{MARK_SETTING}'] = {} ASYNC", quoted(mark)));
}

/// Kills all queries of clients.
pub(super) fn all(engine: &Engine) {
    ask(engine, &format!("KILL QUERY WHERE Settings['{MARK_SETTING}'] != '' ASYNC"));
}

fn ask(engine: &Engine, sql: &str) {
    let killed = engine.connect().and_then(|mut connection| connection.query(sql, "Null", &[]));
    if let Err(error) = killed {
        tracing::warn!(%error, "a query that nobody waits for was not killed");
    }
}

/// What a `KILL QUERY` says, taken from its text as the engine prints it.
#[derive(Debug, PartialEq, Eq)]
struct Kill<'a> {
    condition: &'a str,
    /// SYNC, ASYNC or TEST.
    mode: &'a str,
}

fn read(canonical: &str) -> Option<Kill<'_>> {
    let placed: Vec<_> = Words::new(canonical.as_bytes()).filter(|placed| placed.depth == 0).collect();
    let start = placed.iter().find(|placed| placed.word.is("WHERE"))?.end;
    let mode = placed.iter().rev().find(|placed| {
        [("SYNC"), ("ASYNC"), ("TEST")].iter().any(|mode| placed.word.is(mode))
            && matches!(placed.word, Word::Plain(_))
    })?;
    Some(Kill { condition: canonical.get(start..mode.start)?, mode: &canonical[mode.start..mode.end] })
}

/// Runs a `KILL QUERY`; gives the statement that shows what became of it.
pub(super) fn run(
    running: &Running,
    connection: &mut Connection,
    text: &str,
    parameters: &[(String, String)],
) -> Result<String, QueryError> {
    let canonical = text_of(
        connection,
        "SELECT formatQuerySingleLine({statement:String})",
        &[("statement".into(), text.trim_end().trim_end_matches(';').into())],
    )
    .map_err(|error| QueryError::from_engine(&error.to_string()))?;
    let engine = |error: EngineError| QueryError::from_engine(&error.to_string());
    let unread = || QueryError::new(62, "SYNTAX_ERROR", "Syntax error: KILL QUERY needs a condition");
    let Kill { condition, mode } = read(&canonical).ok_or_else(unread)?;

    let mark = format!("p.Settings['{MARK_SETTING}']");
    let found = format!(
        "SELECT query_id, engine_id, user, query FROM (SELECT p.* REPLACE(if({mark} = '', p.query_id, substring({mark}, position({mark}, ':') + 1)) AS query_id), p.query_id AS engine_id FROM system.processes AS p) WHERE ({condition}) AND engine_id != queryID() FORMAT JSONCompactEachRow"
    );
    let output = connection.query(&found, "JSONCompactEachRow", parameters).map_err(engine)?;
    let rows: Vec<[String; 4]> = std::str::from_utf8(output.bytes())
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if mode != "TEST" && !rows.is_empty() {
        for [id, ..] in &rows {
            running.cancel(id);
        }
        let ids: Vec<String> = rows.iter().map(|[_, id, ..]| quoted(id)).collect();
        let kill = format!("KILL QUERY WHERE query_id IN ({}) {mode}", ids.join(", "));
        connection.query(&kill, "Null", &[]).map_err(engine)?;
    }
    let status = match mode {
        "SYNC" => "finished",
        "TEST" => "unknown_status",
        _ => "waiting",
    };
    let rows: Vec<String> = rows
        .iter()
        .map(|[id, _, user, query]| {
            format!("('{status}', {}, {}, {})", quoted(id), quoted(user), quoted(query))
        })
        .collect();
    let columns = "'kill_status String, query_id String, user String, query String'";
    Ok(match rows.is_empty() {
        true => format!("SELECT * FROM values({columns}, ('', '', '', '')) WHERE 0"),
        false => format!("SELECT * FROM values({columns}, {})", rows.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn condition_and_mode_are_found_where_they_stand() {
        for (text, condition, mode) in [
            ("KILL QUERY WHERE query_id = 'x SYNC' ASYNC", " query_id = 'x SYNC' ", "ASYNC"),
            (
                "KILL QUERY WHERE (query_id IN ('a', 'b')) SYNC FORMAT TSV",
                " (query_id IN ('a', 'b')) ",
                "SYNC",
            ),
            ("KILL QUERY WHERE 1 TEST", " 1 ", "TEST"),
        ] {
            assert_eq!(read(text), Some(Kill { condition, mode }), "{text}");
        }
        assert_eq!(read("KILL QUERY"), None);
    }
}
