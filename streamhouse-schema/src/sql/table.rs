//! `CREATE TABLE`.

use super::column::columns;
use super::{expr, exprs, name, settings, string};
use crate::expr::Expr;
use crate::frame_schema::Delivery;
use crate::schema::{Constraint, Form, Index, Projection, Schema};

/// Blocks that the table remembers to recognise a repeated insert; as many as a replicated table does.
const DEDUPLICATION_WINDOW: u32 = 10_000;

/// The statement that creates the table of a schema, without a database.
pub fn create_table(schema: &Schema) -> String {
    let layout = &schema.layout;
    let mut parts = columns(schema);
    parts.extend(layout.indexes.iter().map(index));
    parts.extend(layout.projections.iter().map(projection));
    parts.extend(layout.constraints.iter().map(constraint));
    let mut clauses = vec![format!("ENGINE = {}", layout.engine)];
    if let Some(partition_by) = &layout.partition_by {
        clauses.push(format!("PARTITION BY {}", expr(partition_by)));
    }
    if let Some(primary_key) = &layout.primary_key {
        clauses.push(format!("PRIMARY KEY {}", key(primary_key)));
    }
    if !layout.engine.kind.keeps_nothing() {
        clauses.push(format!("ORDER BY {}", key(&layout.order_by)));
    }
    if let Some(sample_by) = &layout.sample_by {
        clauses.push(format!("SAMPLE BY {}", expr(sample_by)));
    }
    if !layout.ttl.is_empty() {
        let elements: Vec<String> = layout.ttl.iter().map(ToString::to_string).collect();
        clauses.push(format!("TTL {}", elements.join(", ")));
    }
    clauses.extend(layout.raw.iter().cloned());
    let settings = table_settings(schema);
    if !settings.is_empty() {
        clauses.push(format!("SETTINGS {settings}"));
    }
    if !schema.comment.is_empty() {
        clauses.push(format!("COMMENT {}", string(&schema.comment)));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {}{}\n(\n    {}\n)\n{}",
        name(&schema.table),
        on_cluster(schema),
        parts.join(",\n    "),
        clauses.join("\n")
    )
}

pub(super) fn on_cluster(schema: &Schema) -> String {
    let cluster = schema.layout.cluster.as_deref();
    cluster.map(|cluster| format!(" ON CLUSTER {}", name(cluster))).unwrap_or_default()
}

fn key(items: &[Expr]) -> String {
    match items {
        [] => "tuple()".into(),
        [one] => expr(one),
        more => format!("({})", exprs(more)),
    }
}

/// What was declared, and the window without which a plain table forgets its inserts. Replicated ones remember by
/// themselves.
fn table_settings(schema: &Schema) -> String {
    let layout = &schema.layout;
    let mut text = settings(&layout.settings);
    let forgets = schema.delivery == Delivery::ExactlyOnce && layout.engine.form == Form::Plain;
    if forgets && !layout.settings.iter().any(|(key, _)| key == "non_replicated_deduplication_window") {
        let comma = if text.is_empty() { "" } else { ", " };
        text.push_str(&format!("{comma}non_replicated_deduplication_window = {DEDUPLICATION_WINDOW}"));
    }
    text
}

fn index(index: &Index) -> String {
    let granularity =
        index.granularity.map(|granules| format!(" GRANULARITY {granules}")).unwrap_or_default();
    format!("INDEX {} {} TYPE {}{granularity}", name(&index.name), expr(&index.expr), index.kind)
}

fn projection(projection: &Projection) -> String {
    format!("PROJECTION {} ({})", name(&projection.name.text), projection.query)
}

fn constraint(constraint: &Constraint) -> String {
    let word = if constraint.assumed { "ASSUME" } else { "CHECK" };
    format!("CONSTRAINT {} {word} {}", name(&constraint.name.text), expr(&constraint.expr))
}
