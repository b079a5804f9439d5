//! Keys and what belongs to them (<https://clickhouse.com/docs/best-practices/choosing-a-primary-key>).

use super::names::is_unique;
use super::{Advice, finding};
use crate::compile::check::{place_of, shape_of};
use crate::compile::declaration::Declaration;
use crate::expr::{Expr, Kind};
use crate::schema::EngineKind;
use crate::types::Type;

/// The columns of an expression, by name.
fn columns<A>(expr: &Expr<A>) -> Vec<&str> {
    expr.columns().into_iter().map(|name| name.text.as_str()).collect()
}

/// Two floats that look the same need not be, so what a key is looked up by is not found, and what rows are summed up
/// by falls apart.
pub(super) fn float_in_key(declaration: &Declaration, advice: &mut Advice) {
    let Some(key) = &declaration.order_by else { return };
    for part in key.value.iter().filter(|part| shape_of(part, declaration).kind == Kind::Float) {
        let help = "sort by a whole number or a decimal, or leave it out of the key";
        let message = "rows are sorted by a float, which equals another one by chance only";
        advice.add(finding("SH0526", place_of(part, key.span), message, "a float", help), &columns(part));
    }
}

/// NULL sorts behind all values, and every look into the key has to mind it.
pub(super) fn null_in_key(declaration: &Declaration, advice: &mut Advice) {
    // Where no key may be NULL the setting is idle, and somebody made ready for the next mistake.
    for (name, _) in declaration.settings.iter().filter(|(name, _)| name.value == "allow_nullable_key") {
        let help = "make the column of the key a plain value with a default, or write `ifNull(column, …)` in the key";
        let message = "a key that may be NULL makes every look into it slower";
        let keys = declaration.order_by.iter().flat_map(|at| &at.value).flat_map(columns).collect::<Vec<_>>();
        advice.add(finding("SH0528", name.span, message, "NULL in a key", help), &keys);
    }
}

/// Whether there are about as many values as rows.
fn is_varied(name: &str, declaration: &Declaration) -> bool {
    let id = declaration.field(name).is_some_and(|field| field.id.is_some());
    id || is_unique(name) || declaration.column_type(name).is_some_and(|ty| *ty.inner() == Type::Uuid)
}

/// What comes behind a column with a value for each row sorts nothing, and is not found by the key either.
pub(super) fn varied_first(declaration: &Declaration, advice: &mut Advice) {
    let Some(key) = &declaration.order_by else { return };
    let [Expr::Column(first), rest @ ..] = &key.value[..] else { return };
    // Behind a moment, an identity only says which of two rows of the same moment comes first.
    let filters = |part: &Expr<_>| !matches!(part, Expr::Column(name) if is_varied(&name.text, declaration));
    let ty = declaration.column_type(&first.text);
    let fine = matches!(ty.as_ref().map(Type::inner), Some(Type::DateTime64 { precision: 3.., .. }));
    let sorts = is_varied(&first.text, declaration) && !rest.is_empty() || fine && rest.iter().any(filters);
    if !sorts {
        return;
    }
    let few = "put what queries filter by first, the one with the fewest values before the others";
    let help = if fine {
        format!("{few}; or begin with a coarser time: `toStartOfHour({})`", first.text)
    } else {
        few.into()
    };
    let message = format!(
        "the key begins with `{}`, which is another one in each row: what follows sorts nothing",
        first.text
    );
    advice.add(finding("SH0530", first.at, message, "another one in each row", help), &[&first.text]);
}

/// What a column before it decides sorts nothing once more.
pub(super) fn key_repeats_itself(declaration: &Declaration, advice: &mut Advice) {
    let Some(key) = &declaration.order_by else { return };
    for (at, part) in key.value.iter().enumerate() {
        let used = columns(part);
        let earlier = |name: &str| {
            key.value[..at].iter().any(|one| matches!(one, Expr::Column(column) if column.text == name))
        };
        if matches!(part, Expr::Column(_)) || used.is_empty() || !used.iter().all(|name| earlier(name)) {
            continue;
        }
        let help = "put it before the column that it is computed from, or leave it out";
        let message = format!(
            "this follows from `{}`, which stands before it, and sorts nothing",
            used.join("` and `")
        );
        advice.add(finding("SH0531", place_of(part, key.span), message, "sorted already", help), &used);
    }
}

/// The primary key lies in memory, and few queries filter by so many columns.
pub(super) fn wide_key(declaration: &Declaration, advice: &mut Advice) {
    const WIDE: usize = 7;
    let Some(key) = declaration.primary_key.as_ref().or(declaration.order_by.as_ref()) else { return };
    let Some(part) = key.value.get(WIDE) else { return };
    let help = "name the first few in `primary_key = (…)`: rows are still sorted by all of `order_by`, and memory holds those only";
    let message = format!(
        "the primary key has {} parts, and what comes after the first few finds nothing",
        key.value.len()
    );
    advice.add(finding("SH0532", place_of(part, key.span), message, "the eighth part", help), &columns(part));
}

/// The key itself finds the granules of its first part; an index on it is written and read for nothing.
pub(super) fn index_on_key(declaration: &Declaration, advice: &mut Advice) {
    let Some(first) = declaration.primary().first().map(|expr| expr.clone().strip()) else { return };
    for index in &declaration.indexes {
        let scalar = matches!(index.kind.value.name.as_str(), "minmax" | "set" | "bloom_filter");
        if scalar && index.expr.clone().strip() == first {
            let message = format!(
                "the index `{}` is on what the key begins with, and the key finds that by itself",
                index.name.value
            );
            let span = place_of(&index.expr, index.name.span);
            advice.add(
                finding("SH0533", span, message, "the key begins with it", "leave the index out"),
                &columns(&index.expr),
            );
        }
    }
}

/// Workers insert side by side and again after a failure: which row came last is chance.
pub(super) fn last_one_wins(declaration: &Declaration, advice: &mut Advice) {
    if !matches!(declaration.engine.value.kind, EngineKind::Replacing { version: None, .. }) {
        return;
    }
    let help = "name the column that says which row is newer: `engine = ReplacingMergeTree(updated_at)`";
    let message = "without a version, the row that was inserted last stays, which need not be the newest";
    advice.add(finding("SH0538", declaration.engine.span, message, "no version", help), &[]);
}
