//! All that a table needs: itself, the table that spreads it over a cluster, and its views.

use super::table::{create_table, on_cluster};
use super::{name, string};
use crate::table::{Distributed, Table, View};

/// The statements that create everything, in the order in which they have to run, without a database.
pub fn create_all(table: &Table) -> Vec<String> {
    let mut statements = vec![create_table(table)];
    statements.extend(table.distributed.iter().map(|spread| distributed(table, spread)));
    statements.extend(table.views.iter().map(|view| create_view(table, view)));
    statements
}

/// The statements that drop it all again.
pub fn drop_all(table: &Table) -> Vec<String> {
    let mut statements: Vec<String> =
        table.views.iter().rev().map(|view| drop_view(table, &view.name)).collect();
    statements.extend(table.distributed.iter().map(|spread| drop_table(table, &spread.name)));
    statements.push(drop_table(table, &table.name));
    statements
}

/// Drops the table itself, or one that belongs to it.
pub(super) fn drop_table(table: &Table, which: &str) -> String {
    format!("DROP TABLE IF EXISTS {}{}", name(which), on_cluster(table))
}

/// Drops a view.
pub(super) fn drop_view(table: &Table, view: &str) -> String {
    format!("DROP VIEW IF EXISTS {}{}", name(view), on_cluster(table))
}

/// It takes the columns of the table that it spreads, which is there by then.
pub(super) fn distributed(table: &Table, spread: &Distributed) -> String {
    let key = spread.sharding_key.as_ref().map(|key| format!(", {key}")).unwrap_or_default();
    format!(
        "CREATE TABLE IF NOT EXISTS {}{} AS {}\nENGINE = Distributed({}, currentDatabase(), {}{key})",
        name(&spread.name),
        on_cluster(table),
        name(&table.name),
        string(&spread.cluster),
        string(&table.name),
    )
}

/// Creates a view of a table.
pub fn create_view(table: &Table, view: &View) -> String {
    let mut text =
        format!("CREATE MATERIALIZED VIEW IF NOT EXISTS {}{}", name(&view.name), on_cluster(table));
    if let Some(refresh) = &view.refresh {
        text.push_str(&format!("\nREFRESH {refresh}"));
    }
    if let Some(to) = &view.to {
        text.push_str(&format!("\nTO {}", name(to)));
    }
    if let Some(columns) = &view.columns {
        text.push_str(&format!("\n({columns})"));
    }
    if let Some(engine) = &view.engine {
        text.push_str(&format!("\nENGINE = {engine}"));
    }
    text.push_str(&format!("\nAS {}", view.select));
    text
}
