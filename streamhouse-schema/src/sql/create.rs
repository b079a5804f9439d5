//! All that a schema makes: its table, the table that spreads it over a cluster, and its views.

use super::table::on_cluster;
use super::{create_table, expr, name, string};
use crate::schema::{Distributed, Schema, Target, View};

/// The statements that create everything, in the order in which they have to run, without a database.
pub fn create(schema: &Schema) -> Vec<String> {
    let mut statements = vec![create_table(schema)];
    statements.extend(schema.layout.distributed.iter().map(|spread| distributed(schema, spread)));
    statements.extend(schema.layout.views.iter().map(|view| create_view(schema, view)));
    statements
}

/// The statements that drop it all again.
pub fn drop(schema: &Schema) -> Vec<String> {
    let cluster = on_cluster(schema);
    let view = |view: &View| format!("DROP VIEW IF EXISTS {}{cluster}", name(&view.name));
    let table = |table: &str| format!("DROP TABLE IF EXISTS {}{cluster}", name(table));
    let mut statements: Vec<String> = schema.layout.views.iter().rev().map(view).collect();
    statements.extend(schema.layout.distributed.iter().map(|spread| table(&spread.table.text)));
    statements.push(table(&schema.table));
    statements
}

/// It takes the columns of the table that it spreads, which is there by then.
fn distributed(schema: &Schema, spread: &Distributed) -> String {
    let key = spread.sharding_key.as_ref().map(|key| format!(", {}", expr(key))).unwrap_or_default();
    format!(
        "CREATE TABLE IF NOT EXISTS {}{} AS {}\nENGINE = Distributed({}, currentDatabase(), {}{key})",
        name(&spread.table.text),
        on_cluster(schema),
        name(&schema.table),
        string(&spread.cluster.text),
        string(&schema.table),
    )
}

fn create_view(schema: &Schema, view: &View) -> String {
    let mut text =
        format!("CREATE MATERIALIZED VIEW IF NOT EXISTS {}{}", name(&view.name), on_cluster(schema));
    if let Some(refresh) = &view.refresh {
        text.push_str(&format!("\nREFRESH {refresh}"));
    }
    if let Target::Table(table) = &view.target {
        text.push_str(&format!("\nTO {}", name(table)));
    }
    if let Some(columns) = &view.columns {
        text.push_str(&format!("\n({columns})"));
    }
    if let Target::Engine(engine) = &view.target {
        text.push_str(&format!("\nENGINE = {engine}"));
    }
    text.push_str(&format!("\nAS {}", view.select));
    text
}
