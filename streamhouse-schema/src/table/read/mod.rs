//! A table read from the CREATE statement that a server keeps of it.
//!
//! A server prints statements in one form: keywords in capitals and in one order, columns in backticks, names of
//! databases before those of tables. What a person may write beside that is not understood here; it goes through a
//! server first.

mod cut;
mod element;
mod view;

use super::Table;
use super::words::without_database_of_dictionaries;
use cut::{Cut, clauses, commas, inner, leading_group, name_of};

/// Why a statement is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server's statement is not understood, {expected} is expected in: {statement}")]
pub struct ReadError {
    /// What should stand there.
    pub expected: &'static str,
    /// The statement.
    pub statement: String,
}

/// What a CREATE statement makes.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// A table that holds rows, or hands them on.
    Table(Box<Table>),
    /// A table that spreads rows over a cluster; the name of the table that it spreads, with its database where that is
    /// another one.
    Distributed(super::Distributed, String),
    /// A materialized view.
    View(super::View),
}

/// The clauses of a table behind its columns, in the order in which a server prints them.
const CLAUSES: &[&str] =
    &["ENGINE =", "PARTITION BY", "PRIMARY KEY", "ORDER BY", "SAMPLE BY", "TTL", "SETTINGS", "COMMENT"];

/// Reads what a server of version 24 or later says in `system.tables.create_table_query`. The name of the database
/// before a table's name is left out.
pub fn created(statement: &str, database: &str) -> Result<Created, ReadError> {
    let wrong = |expected| ReadError { expected, statement: statement.to_string() };
    let statement = &*without_database_of_dictionaries(statement, database);
    if let Some(rest) = statement.strip_prefix("CREATE MATERIALIZED VIEW ") {
        return view::view(rest, database).map(Created::View).ok_or_else(|| wrong("a materialized view"));
    }
    let rest = statement.strip_prefix("CREATE TABLE ").ok_or_else(|| wrong("CREATE TABLE"))?;
    let (name, rest) = name_of(rest, database).ok_or_else(|| wrong("a name"))?;
    // `UUID '…'` may stand before the columns.
    let rest = rest.find('(').map(|at| &rest[at..]).ok_or_else(|| wrong("a list of columns"))?;
    let (list, rest) = leading_group(rest).ok_or_else(|| wrong("a list of columns"))?;
    let mut table = Table { name, ..Table::default() };
    for text in commas(list) {
        element::add(text, &mut table).ok_or_else(|| wrong("a column"))?;
    }
    let Cut { pieces, .. } = clauses(rest, CLAUSES);
    for (word, text) in pieces {
        let text = text.trim();
        match word {
            "ENGINE =" => table.engine = engine(text),
            "PARTITION BY" => table.partition_by = Some(text.to_string()),
            "PRIMARY KEY" => table.primary_key = Some(key(text)),
            "ORDER BY" => table.order_by = Some(key(text)),
            "SAMPLE BY" => table.sample_by = Some(text.to_string()),
            "TTL" => table.ttl = ttl(text),
            "SETTINGS" => table.settings = settings(text),
            _ => table.comment = cut::literal(text).ok_or_else(|| wrong("a comment in quotes"))?,
        }
    }
    if table.engine.is_empty() {
        return Err(wrong("an engine"));
    }
    match table.engine.strip_prefix("Distributed(") {
        Some(arguments) => {
            let (spread, of) = distributed(&table, arguments, database)
                .ok_or_else(|| wrong("Distributed(cluster, database, table)"))?;
            Ok(Created::Distributed(spread, of))
        }
        None => Ok(Created::Table(Box::new(table))),
    }
}

/// A server puts an engine that is a word of SQL in backticks: `` `Null` ``.
fn engine(text: &str) -> String {
    match text.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        Some((name, rest)) => format!("{name}{rest}"),
        None => text.to_string(),
    }
}

fn distributed(table: &Table, arguments: &str, here: &str) -> Option<(super::Distributed, String)> {
    let arguments = commas(arguments.strip_suffix(')')?);
    let plain = |text: &&str| cut::literal(text).unwrap_or_else(|| cut::unquoted(text));
    let spread = super::Distributed {
        name: table.name.clone(),
        cluster: plain(arguments.first()?),
        sharding_key: arguments.get(3).map(ToString::to_string),
    };
    let (database, of) = (plain(arguments.get(1)?), plain(arguments.get(2)?));
    let is_here = database.is_empty() || database == here || database == "currentDatabase()";
    Some((spread, if is_here { of } else { format!("{database}.{of}") }))
}

/// The items of a key: `tuple()`, `(a, b)` or `a`.
fn key(text: &str) -> Vec<String> {
    if text == "tuple()" {
        return Vec::new();
    }
    match inner(text) {
        Some(list) => commas(list).into_iter().map(String::from).collect(),
        None => vec![text.to_string()],
    }
}

/// Cuts a text as a server prints it at keywords, which come in this order, each at most once: what stands before them, and
/// each with what follows it. What is in quotes or parentheses is not looked at.
pub fn pieces<'a>(text: &'a str, keywords: &[&'static str]) -> (&'a str, Vec<(&'static str, &'a str)>) {
    let Cut { head, pieces } = clauses(text, keywords);
    (head, pieces)
}

/// The arguments of an engine.
pub(crate) fn arguments(engine: &str) -> Vec<&str> {
    let list = engine.find('(').and_then(|at| leading_group(&engine[at..]));
    list.map(|(list, _)| commas(list)).unwrap_or_default()
}

fn settings(text: &str) -> Vec<(String, String)> {
    let pair = |text: &str| {
        let (name, value) = text.split_once('=')?;
        Some((cut::unquoted(name.trim()), value.trim().to_string()))
    };
    commas(text).into_iter().filter_map(pair).collect()
}

/// The elements of a TTL. Those that GROUP BY have commas of their own: keys up to SET, then assignments.
fn ttl(text: &str) -> Vec<String> {
    let mut elements: Vec<String> = Vec::new();
    for piece in commas(text) {
        match elements.last_mut() {
            Some(last) if goes_on(last, piece) => {
                last.push_str(", ");
                last.push_str(piece);
            }
            _ => elements.push(piece.to_string()),
        }
    }
    elements
}

fn goes_on(element: &str, piece: &str) -> bool {
    let has = |word| !clauses(element, &[word]).pieces.is_empty();
    let assigns = || {
        let name = piece.split_once(" = ").map_or("", |(name, _)| name);
        !name.is_empty() && !name.contains([' ', '('])
    };
    has("GROUP BY") && (!has("SET") || assigns())
}

#[cfg(test)]
mod tests;
