//! `CREATE TABLE`.

use super::{expr, exprs, name, string};
use crate::frame_schema::Delivery;
use crate::schema::{Column, Index, Schema};

/// Blocks that the table remembers to recognise a repeated insert; as many as a replicated table does.
const DEDUPLICATION_WINDOW: u32 = 10_000;

/// The statement that creates the table of a schema, without a database.
pub fn create_table(schema: &Schema) -> String {
    let mut parts: Vec<String> = schema.columns.iter().map(column).collect();
    if schema.delivery == Delivery::ExactlyOnce {
        parts.push(batch_column());
    }
    parts.extend(schema.layout.indexes.iter().map(index));
    let mut clauses = vec!["ENGINE = MergeTree".to_string()];
    let layout = &schema.layout;
    if let Some(partition_by) = &layout.partition_by {
        clauses.push(format!("PARTITION BY {}", expr(partition_by)));
    }
    clauses.push(match &layout.order_by[..] {
        [] => "ORDER BY tuple()".into(),
        [one] => format!("ORDER BY {}", expr(one)),
        more => format!("ORDER BY ({})", exprs(more)),
    });
    if let Some(ttl) = &layout.ttl {
        clauses.push(format!("TTL {}", expr(ttl)));
    }
    let mut settings: Vec<String> =
        layout.settings.iter().map(|(key, value)| format!("{} = {}", name(key), expr(value))).collect();
    if schema.delivery == Delivery::ExactlyOnce
        && !layout.settings.iter().any(|(key, _)| key == "non_replicated_deduplication_window")
    {
        settings.push(format!("non_replicated_deduplication_window = {DEDUPLICATION_WINDOW}"));
    }
    if !settings.is_empty() {
        clauses.push(format!("SETTINGS {}", settings.join(", ")));
    }
    if !schema.comment.is_empty() {
        clauses.push(format!("COMMENT {}", string(&schema.comment)));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {}\n(\n    {}\n)\n{}",
        name(&schema.table),
        parts.join(",\n    "),
        clauses.join("\n")
    )
}

fn column(column: &Column) -> String {
    let mut text = format!("{} {}", name(&column.name), column.ty);
    if let Some(default) = &column.default {
        text.push_str(&format!(" DEFAULT {}", expr(default)));
    }
    if !column.comment.is_empty() {
        text.push_str(&format!(" COMMENT {}", string(&column.comment)));
    }
    if !column.codec.is_empty() {
        let codecs: Vec<String> = column.codec.iter().map(ToString::to_string).collect();
        text.push_str(&format!(" CODEC({})", codecs.join(", ")));
    }
    text
}

/// The batch that brought a row (docs/format.md): its codec is the one that costs least, and it falls back to 0 when no
/// insert of the batch can be in doubt any more.
fn batch_column() -> String {
    "_batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) \
     TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)"
        .into()
}

fn index(index: &Index) -> String {
    format!(
        "INDEX {} {} TYPE {} GRANULARITY {}",
        name(&index.name),
        expr(&index.expr),
        index.kind,
        index.granularity
    )
}
