//! Rows for a table that has none: values of every type, made by the server from the number of a row.
//!
//! They obey types, constraints, what engines ask of their columns, and lists of one Nested. The same seed makes the same
//! rows.

mod value;

use super::{name, string};
use crate::table::{Column, DefaultKind, EngineWords, Table, arguments};
use crate::types::Type;

/// When the moments of made rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moments {
    /// In the year 2060: no TTL ends them.
    Future,
    /// In the last hour, for constraints that ask for it.
    Recent,
}

/// Candidates for each row that is wanted: constraints turn some of them down.
const CANDIDATES: u64 = 50;

/// The statement that inserts made rows; up to as many as are wanted, fewer where constraints turn most down. Columns that
/// have no value of their own keep their default.
pub fn sample(table: &Table, rows: u64, seed: u64, moments: Moments) -> String {
    let made: Vec<(&Column, String)> = table
        .columns
        .iter()
        .filter(|column| is_given(table, column))
        .filter_map(|column| Some((column, of(table, column, seed, moments)?)))
        .collect();
    let names: Vec<String> = made.iter().map(|(column, _)| name(&column.name)).collect();
    let values: Vec<String> =
        made.iter().map(|(column, value)| format!("{value} AS {}", name(&column.name))).collect();
    // A constraint may be about what the server computes.
    let computed: Vec<String> = table
        .columns
        .iter()
        .filter(|column| !made.iter().any(|(one, _)| one.name == column.name))
        .filter_map(|column| {
            let expr = column.default.as_ref()?.expr.as_ref()?;
            Some(format!(", CAST({expr}, {}) AS {}", string(&column.ty), name(&column.name)))
        })
        .collect();
    let checks: Vec<String> = table
        .constraints
        .iter()
        .filter_map(|part| part.text.strip_prefix("CHECK ").or_else(|| part.text.strip_prefix("ASSUME ")))
        .map(|check| format!("({check})"))
        .collect();
    let condition =
        if checks.is_empty() { String::new() } else { format!(" WHERE {}", checks.join(" AND ")) };
    format!(
        "INSERT INTO {} ({}) SELECT {} FROM (SELECT *{} FROM (SELECT {} FROM numbers({}))){condition} LIMIT {rows} \
         SETTINGS max_partitions_per_insert_block = 0, optimize_on_insert = 0, async_insert = 0, \
         allow_suspicious_low_cardinality_types = 1",
        name(&table.name),
        names.join(", "),
        names.join(", "),
        computed.concat(),
        values.join(", "),
        rows * CANDIDATES,
    )
}

/// Whether an insert gives the column a value. What is computed from other columns is left to the server.
fn is_given(table: &Table, column: &Column) -> bool {
    let Some(default) = &column.default else { return true };
    let from_others = default.expr.as_ref().is_some_and(|expr| {
        table.columns.iter().any(|other| crate::table::words::mentions(expr, &other.name))
    });
    matches!(default.kind, DefaultKind::Default | DefaultKind::Ephemeral) && !from_others
}

/// The value of a column; nothing where its type is not known here.
fn of(table: &Table, column: &Column, seed: u64, moments: Moments) -> Option<String> {
    let ty: Type = column.ty.parse().ok()?;
    // What splits the table has few values, for each makes a part.
    let splits =
        table.partition_by.as_ref().is_some_and(|by| crate::table::words::mentions(by, &column.name));
    let row = if splits { "number % 7" } else { "number" };
    let hash = format!("cityHash64({seed}, {}, {row})", string(&column.name));
    if let Some(special) = special(table, column, &hash) {
        return Some(special);
    }
    let make = value::Make { moments };
    let length = match (vector(table, &column.name), column.name.split_once('.')) {
        // All vectors of an index are of the same length.
        (Some(length), _) => Some(length.to_string()),
        // So are the lists of the elements of a Nested, in each row.
        (None, Some((nested, _))) => Some(format!("cityHash64({seed}, {}, number) % 3", string(nested))),
        (None, None) => None,
    };
    match (&ty, length) {
        (Type::Array(item), Some(length)) => make.list(item, &hash, &length, 0),
        _ => make.value(&ty, &hash, 0),
    }
}

/// What an engine asks of its columns: a sign that is 1 or -1, a mark that is 1 or 0.
fn special(table: &Table, column: &Column, hash: &str) -> Option<String> {
    let plain = EngineWords::of(&table.engine).plain;
    let arguments = arguments(&plain);
    let is = |at: usize| arguments.get(at).is_some_and(|one| one.trim_matches('`') == column.name);
    let cast = |value: &str| Some(format!("CAST({value}, {})", string(&column.ty)));
    if plain.contains("CollapsingMergeTree") && is(0) {
        return cast(&format!("if({hash} % 2 = 0, 1, -1)"));
    }
    if plain.starts_with("ReplacingMergeTree") && is(1) {
        return cast(&format!("{hash} % 2"));
    }
    None
}

/// How long vectors have to be that an index keeps.
fn vector(table: &Table, column: &str) -> Option<u32> {
    let index = table.indexes.iter().find(|index| {
        index.text.contains("vector_similarity(") && crate::table::words::mentions(&index.text, column)
    })?;
    let (_, arguments) = index.text.split_once("vector_similarity(")?;
    arguments.split([',', ')']).nth(2)?.trim().parse().ok()
}
