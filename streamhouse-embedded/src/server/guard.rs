//! What a statement may not do here: reach files, hosts and programs outside of the data folder.
//!
//! Table functions and table engines are the engine's own access control's business, through the grants of
//! [`crate::config`]. What that does not know is checked here, on the tree and on the text that the engine's own parser
//! gives; this module's part is only to find a few nodes in them.

use super::Shared;
use super::error::QueryError;
use super::quote::text_of;
use super::words::{Placed, Word, Words};
use crate::config;
use crate::ffi::Connection;

/// A statement in which none of these stands, in any case, can do nothing of the kind. A backslash may spell anything.
const SUSPICIOUS: &[&str] = &["file", "dictionary", "backup", "restore", "disk", "engine", "attach", "\\"];

/// Checks a statement before it runs. `text` is without data.
pub(super) fn check(
    connection: &mut Connection,
    text: &str,
    parameters: &[(String, String)],
    shared: &Shared,
) -> Result<(), QueryError> {
    let analysis = connection.analyse(text);
    // The arms of a PARALLEL WITH are counted too, and print as one statement.
    if analysis.statements > 1 && canonical(connection, text).is_none() {
        return Err(QueryError::new(62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)"));
    }
    // What does not parse does not run: the engine says why.
    if shared.external || analysis.statements == 0 || !is_suspicious(text) {
        return Ok(());
    }
    let tree = connection.query(&format!("EXPLAIN AST {text}"), "TSVRaw", parameters).map_err(|error| {
        QueryError::new(
            497,
            "ACCESS_DENIED",
            format!("the statement could not be checked before it runs: {error}"),
        )
    })?;
    let tree = String::from_utf8_lossy(tree.bytes());
    let forbidden = tree.lines().find_map(in_tree).or_else(|| {
        // The engine's access control lets pass what it takes for no source, such as a store of its own at any path.
        let engine = engine_of(&tree).filter(|engine| shared.has_engine(engine))?;
        (!config::allows_engine(engine)).then(|| format!("The engine {engine}"))
    });
    let forbidden = match forbidden {
        Some(what) => Some(what),
        None => {
            let unread =
                || QueryError::new(497, "ACCESS_DENIED", "the statement could not be checked before it runs");
            in_text(&canonical(connection, text).ok_or_else(unread)?).map(String::from)
        }
    };
    match forbidden {
        None => Ok(()),
        Some(what) => Err(QueryError::new(
            497,
            "ACCESS_DENIED",
            format!(
                "default: Not enough privileges. {what} would leave the data folder, which this server does not allow: start it with --allow-external if you mean it"
            ),
        )),
    }
}

/// The statement as the engine prints it: without comments, with plain names and keywords. `None` where it is not one
/// statement.
pub(super) fn canonical(connection: &mut Connection, text: &str) -> Option<String> {
    let parameter = [("statement".to_string(), text.to_string())];
    text_of(connection, "SELECT formatQuerySingleLine({statement:String})", &parameter).ok()
}

fn is_suspicious(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SUSPICIOUS.iter().any(|word| text.contains(word))
}

/// A line of `EXPLAIN AST`.
fn in_tree(line: &str) -> Option<String> {
    let node = line.trim_start();
    let name = |rest: &str| rest.trim_start().split(' ').next().unwrap_or_default().to_string();
    if let Some(rest) = node.strip_prefix("FunctionWithKeyValueArguments") {
        let source = name(rest);
        let inside = ["clickhouse", "null"].iter().any(|known| source.eq_ignore_ascii_case(known));
        return (!inside).then(|| format!("A dictionary's source `{source}`"));
    }
    if let Some(rest) = node.strip_prefix("Function ") {
        return (name(rest) == "file").then(|| "The function `file`".to_string());
    }
    (node.starts_with("BackupQuery") || node.starts_with("RestoreQuery"))
        .then(|| "BACKUP or RESTORE".to_string())
}

/// The engine that a CREATE names.
fn engine_of(tree: &str) -> Option<&str> {
    let mut lines = tree.lines().skip_while(|line| !line.trim_start().starts_with("Storage definition"));
    let function = lines.nth(1)?.trim_start().strip_prefix("Function ")?;
    function.split(' ').next()
}

fn in_text(canonical: &str) -> Option<&'static str> {
    let words: Vec<Placed<'_>> = Words::new(canonical.as_bytes()).collect();
    let attaches = words.first().is_some_and(|first| first.word.is("ATTACH"));
    let is_text = |word: &Placed<'_>| matches!(word.word, Word::Text(_));
    words.windows(3).find_map(|three| {
        let [first, second, third] = three else { return None };
        match () {
            () if first.word.is("INTO") && second.word.is("OUTFILE") && is_text(third) => {
                Some("INTO OUTFILE")
            }
            () if first.word.is("FROM") && second.word.is("INFILE") && is_text(third) => Some("FROM INFILE"),
            () if attaches && second.word.is("FROM") && is_text(third) => Some("ATTACH … FROM"),
            () if second.word.is("disk") && third.word == Word::Sign(b'(') => {
                Some("A disk of the statement's own")
            }
            () if first.word.is("CLICKHOUSE") && names_a_host(&words, first) => {
                Some("A dictionary's source on another host")
            }
            () => None,
        }
    })
}

/// `SOURCE(CLICKHOUSE(… HOST 'name' …))`.
fn names_a_host(words: &[Placed<'_>], source: &Placed<'_>) -> bool {
    let inside = words.iter().skip_while(|word| word.start <= source.start);
    let mut inside = inside.skip(1).take_while(|word| word.depth > source.depth);
    inside.any(|word| word.word.is("HOST") || word.word.is("SECURE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_clauses_are_found_and_names_are_not() {
        for (line, found) in [
            ("    Function file (children 1)", true),
            ("Function file (alias a) (children 1)", true),
            ("Function files (children 1)", false),
            ("Identifier file", false),
            ("CreateQuery file (children 3)", false),
            ("   FunctionWithKeyValueArguments  executable (children 1)", true),
            ("   FunctionWithKeyValueArguments  clickhouse (children 1)", false),
            ("BackupQuery (children 1)", true),
        ] {
            assert_eq!(in_tree(line).is_some(), found, "{line}");
        }
        let tree = "CreateQuery t (children 2)\n Identifier t\n Storage definition (children 2)\n  Function Log (children 1)\n";
        assert_eq!(engine_of(tree), Some("Log"));
        assert_eq!(engine_of("SelectQuery\n Function Log\n"), None);
        for (text, found) in [
            ("SELECT 1 INTO OUTFILE 'a' FORMAT TSV", true),
            ("INSERT INTO t FROM INFILE 'a' FORMAT TSV", true),
            ("INSERT INTO outfile SELECT 'a'", false),
            ("SELECT 'INTO OUTFILE ''a'''", false),
            ("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = 's3')", true),
            ("ATTACH TABLE t FROM '/tmp/parts' (`a` Int8) ENGINE = MergeTree ORDER BY a", true),
            ("ATTACH TABLE t", false),
            ("SELECT disk FROM t", false),
            ("CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST 'x' TABLE 't'))", true),
            ("CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(CLICKHOUSE(TABLE 't'))", false),
        ] {
            assert_eq!(in_text(text).is_some(), found, "{text}");
        }
    }
}
