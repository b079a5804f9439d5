//! What stands in the list of a table: columns, indexes, projections, constraints.

use super::cut::{clauses, commas, inner, leading_group, literal, one_name};
use super::settings;
use crate::table::{Column, DefaultExpr, DefaultKind, Part, Table};

/// What may follow the type of a column, in the order in which a server prints it.
const CLAUSES: &[&str] = &["COMMENT", "CODEC", "STATISTICS", "TTL", "SETTINGS"];
const DEFAULTS: &[&str] = &["DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL"];

/// Adds an element to its table; `None` where it is not understood.
pub(super) fn add(text: &str, table: &mut Table) -> Option<()> {
    let part = |rest: &str| {
        let (name, text) = one_name(rest)?;
        Some(Part { name, text: text.trim().to_string() })
    };
    if text.starts_with('`') {
        table.columns.push(column(text)?);
    } else if let Some(rest) = text.strip_prefix("INDEX ") {
        table.indexes.push(part(rest)?);
    } else if let Some(rest) = text.strip_prefix("PROJECTION ") {
        let Part { name, text } = part(rest)?;
        let text = inner(&text).map_or(text.as_str(), str::trim).to_string();
        table.projections.push(Part { name, text });
    } else {
        table.constraints.push(part(text.strip_prefix("CONSTRAINT ")?)?);
    }
    Some(())
}

fn column(text: &str) -> Option<Column> {
    let (name, rest) = one_name(text)?;
    let (ty, rest) = ty(rest.trim())?;
    let mut column = Column { name, ty: ty.to_string(), ..Column::default() };
    let keywords: Vec<&'static str> = DEFAULTS.iter().chain(CLAUSES).copied().collect();
    for (word, text) in clauses(rest, &keywords).pieces {
        let group = |text| leading_group(text).map(|(list, _)| list.trim());
        match word {
            "COMMENT" => column.comment = literal(text)?,
            "CODEC" => column.codec = Some(group(text)?.to_string()),
            "STATISTICS" => {
                column.statistics = commas(group(text)?).into_iter().map(String::from).collect();
            }
            "TTL" => column.ttl = Some(text.to_string()),
            "SETTINGS" => column.settings = settings(group(text)?),
            word => {
                let kind = match word {
                    "DEFAULT" => DefaultKind::Default,
                    "MATERIALIZED" => DefaultKind::Materialized,
                    "ALIAS" => DefaultKind::Alias,
                    _ => DefaultKind::Ephemeral,
                };
                let expr = (!text.is_empty()).then(|| text.to_string());
                column.default = Some(DefaultExpr { kind, expr });
            }
        }
    }
    Some(column)
}

/// The type with which a text begins: a word, and what stands in parentheses behind it.
fn ty(text: &str) -> Option<(&str, &str)> {
    let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let rest = &text[word..];
    let group = if rest.starts_with('(') { leading_group(rest)?.0.len() + 2 } else { 0 };
    let (ty, rest) = text.split_at(word + group);
    (!ty.is_empty()).then_some((ty, rest.trim_start()))
}
