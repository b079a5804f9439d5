//! Materialized views.

use super::cut::{clauses, leading_group, name_of};
use crate::table::View;
use crate::table::words::without_prefix;

/// Reads what follows `CREATE MATERIALIZED VIEW`. Who it runs as is left out: that is the user who made it.
pub(super) fn view(text: &str, database: &str) -> Option<View> {
    let (name, rest) = name_of(text, database)?;
    let whole = clauses(rest, &["AS"]);
    let (_, select) = whole.pieces.first()?;
    let head = clauses(whole.head, &["REFRESH", "TO", "ENGINE =", "DEFINER =", "SQL SECURITY"]);
    let mut view = View {
        name,
        to: None,
        engine: None,
        columns: list(head.head).1,
        refresh: None,
        select: without_prefix(select, database),
    };
    for (word, text) in head.pieces {
        match word {
            "REFRESH" => {
                let (text, columns) = list(text);
                view.refresh = Some(without_prefix(text, database));
                view.columns = view.columns.or(columns);
            }
            "TO" => {
                let (text, columns) = list(text);
                view.to = name_of(text, database).map(|(name, _)| name);
                view.columns = view.columns.or(columns);
            }
            "ENGINE =" => view.engine = Some(text.to_string()),
            _ => {}
        }
    }
    Some(view)
}

/// A text without the list in parentheses at its end, and what stands in them.
fn list(text: &str) -> (&str, Option<String>) {
    let Some(at) = text.find('(') else { return (text.trim(), None) };
    match leading_group(&text[at..]) {
        Some((list, _)) => (text[..at].trim(), Some(list.trim().to_string())),
        None => (text.trim(), None),
    }
}
