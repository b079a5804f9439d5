//! `CREATE TABLE`.

use super::column::column;
use super::{name, settings, string};
use crate::table::Table;

/// The statement that creates a table, without a database.
pub(super) fn create_table(table: &Table) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(column).collect();
    let named = |word: &str, part: &crate::table::Part| format!("{word} {} {}", name(&part.name), part.text);
    parts.extend(table.indexes.iter().map(|part| named("INDEX", part)));
    parts.extend(
        table.projections.iter().map(|part| format!("PROJECTION {} ({})", name(&part.name), part.text)),
    );
    parts.extend(table.constraints.iter().map(|part| named("CONSTRAINT", part)));
    let mut clauses = vec![format!("ENGINE = {}", table.engine)];
    clauses.extend(table.partition_by.iter().map(|partition| format!("PARTITION BY {partition}")));
    clauses.extend(table.primary_key.iter().map(|items| format!("PRIMARY KEY {}", key(items))));
    clauses.extend(table.order_by.iter().map(|items| format!("ORDER BY {}", key(items))));
    clauses.extend(table.sample_by.iter().map(|sample| format!("SAMPLE BY {sample}")));
    if !table.ttl.is_empty() {
        clauses.push(format!("TTL {}", table.ttl.join(", ")));
    }
    clauses.extend(table.raw.iter().cloned());
    if !table.settings.is_empty() {
        clauses.push(format!("SETTINGS {}", settings(&table.settings)));
    }
    if !table.comment.is_empty() {
        clauses.push(format!("COMMENT {}", string(&table.comment)));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {}{}\n(\n    {}\n)\n{}",
        name(&table.name),
        on_cluster(table),
        parts.join(",\n    "),
        clauses.join("\n")
    )
}

pub(super) fn on_cluster(table: &Table) -> String {
    let cluster = table.cluster.as_deref();
    cluster.map(|cluster| format!(" ON CLUSTER {}", name(cluster))).unwrap_or_default()
}

/// A key: `tuple()`, one expression, or several in parentheses.
pub(super) fn key(items: &[String]) -> String {
    match items {
        [] => "tuple()".into(),
        [one] => one.clone(),
        more => format!("({})", more.join(", ")),
    }
}
