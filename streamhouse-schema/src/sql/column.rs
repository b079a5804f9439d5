//! The columns of a table.

use super::{codecs, expr, name, settings, string};
use crate::frame_schema::Delivery;
use crate::schema::{Column, Computed, Schema};

/// All columns: those of frames, behind each those that name it, then those that name none, then StreamHouse's own.
pub(super) fn columns(schema: &Schema) -> Vec<String> {
    let mut all = Vec::new();
    for one in &schema.columns {
        all.push(column(one));
        behind(schema, &one.name, &mut all);
    }
    for one in schema.computed.iter().filter(|computed| computed.after.is_none()) {
        all.push(computed(one));
        behind(schema, &one.name, &mut all);
    }
    if schema.delivery == Delivery::ExactlyOnce {
        all.push(batch_column());
    }
    all
}

/// Those that stand behind a column, each with those behind itself. A column names only one that was declared before it,
/// so this ends.
fn behind(schema: &Schema, name: &str, all: &mut Vec<String>) {
    for one in schema.computed.iter().filter(|computed| computed.after.as_deref() == Some(name)) {
        all.push(computed(one));
        behind(schema, &one.name, all);
    }
}

fn column(column: &Column) -> String {
    let mut text = format!("{} {}", name(&column.name), column.ty);
    match &column.default {
        Some(default) if column.ephemeral => text.push_str(&format!(" EPHEMERAL {}", expr(default))),
        Some(default) => text.push_str(&format!(" DEFAULT {}", expr(default))),
        None if column.ephemeral => text.push_str(" EPHEMERAL"),
        None => {}
    }
    if !column.comment.is_empty() {
        text.push_str(&format!(" COMMENT {}", string(&column.comment)));
    }
    if !column.codec.is_empty() {
        text.push_str(&format!(" {}", codecs(&column.codec)));
    }
    if !column.statistics.is_empty() {
        text.push_str(&format!(" STATISTICS({})", column.statistics.join(", ")));
    }
    if let Some(ttl) = &column.ttl {
        text.push_str(&format!(" TTL {}", expr(ttl)));
    }
    if !column.settings.is_empty() {
        text.push_str(&format!(" SETTINGS ({})", settings(&column.settings)));
    }
    text
}

fn computed(column: &Computed) -> String {
    let mut text =
        format!("{} {} {} {}", name(&column.name), column.ty, column.kind.word(), expr(&column.expr));
    if !column.comment.is_empty() {
        text.push_str(&format!(" COMMENT {}", string(&column.comment)));
    }
    if !column.codec.is_empty() {
        text.push_str(&format!(" {}", codecs(&column.codec)));
    }
    if let Some(ttl) = &column.ttl {
        text.push_str(&format!(" TTL {}", expr(ttl)));
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
