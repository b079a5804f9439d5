//! The columns of a table.

use super::{name, settings, string};
use crate::table::Column;

/// A column as CREATE and ALTER take it: `amount Float64 DEFAULT 0 COMMENT '…' CODEC(…)`.
pub(super) fn column(column: &Column) -> String {
    let mut text = format!("{} {}", name(&column.name), column.ty);
    if let Some(default) = &column.default {
        text.push_str(&format!(" {default}"));
    }
    if !column.comment.is_empty() {
        text.push_str(&format!(" COMMENT {}", string(&column.comment)));
    }
    if let Some(codec) = &column.codec {
        text.push_str(&format!(" CODEC({codec})"));
    }
    if !column.statistics.is_empty() {
        text.push_str(&format!(" STATISTICS({})", column.statistics.join(", ")));
    }
    if let Some(ttl) = &column.ttl {
        text.push_str(&format!(" TTL {ttl}"));
    }
    if !column.settings.is_empty() {
        text.push_str(&format!(" SETTINGS ({})", settings(&column.settings)));
    }
    text
}
