//! Engines that add rows up.

use super::super::declaration::{Declaration, Kept};
use super::expressions::place_of;
use super::{settings, shape_of};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Kind};
use crate::frame_schema::Delivery;
use crate::schema::{ComputedKind, EngineKind};
use crate::sql::{FED_COLUMN, FED_TYPE};
use crate::types::Type;

/// AggregatingMergeTree keeps any value of a column that is neither key nor aggregate; ClickHouse refuses that
/// (`allow_dimensions_outside_sorting_key`).
pub(super) fn measures(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let allowed = declaration.settings.iter().any(|(name, value)| {
        name.value == "allow_dimensions_outside_sorting_key" && settings::is_on(&value.value)
    });
    if !matches!(declaration.engine.value.kind, EngineKind::Aggregating)
        || allowed
        || declaration.is_broken(&["order_by", "partition_by", "settings"])
    {
        return;
    }
    let order = declaration.order_by.iter().flat_map(|at| &at.value);
    let keys: Vec<&str> = order
        .chain(declaration.partition_by.iter().map(|at| &at.value))
        .flat_map(|expr| expr.columns())
        .map(|name| name.text.as_str())
        .collect();
    // ClickHouse does not ask this of what is computed of the row that it keeps.
    let computed = |name: &str| {
        let found = declaration.computed.iter().find(|one| one.name.value == name);
        found.is_some_and(|one| one.kind == ComputedKind::Materialized)
    };
    for column in declaration.columns().filter(|column| column.kept == Kept::Stored) {
        let aggregate = column.ty.to_string().contains("AggregateFunction(");
        let name = column.name.value.as_str();
        // Of a Nested each element is a column.
        let is_key = match column.ty {
            Type::Nested(elements) => elements.iter().filter_map(|one| one.name.as_deref()).all(|element| {
                keys.iter().any(|key| {
                    key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) == Some(element)
                })
            }),
            _ => keys.contains(&name),
        };
        if !aggregate && !is_key && !computed(name) {
            diagnostics.error(
                "SH0905",
                column.name.span,
                format!("`{}` is neither key nor aggregate, so any of its values would be kept", column.name.value),
                "put it into `order_by`, give it a `SimpleAggregateFunction` type, or keep all rows: `engine = MergeTree`",
            );
        }
    }
}

/// The column that says what a view's target was fed is filled by views, and is kept whatever rows are made one.
pub(super) fn fed(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(column) = declaration.columns().find(|column| column.name.value == FED_COLUMN) else { return };
    let filled = declaration
        .computed
        .iter()
        .any(|one| one.name.value == FED_COLUMN && one.kind == ComputedKind::Filled);
    if !filled || column.ty.to_string() != FED_TYPE {
        diagnostics.error(
            "SH0749",
            column.name.span,
            format!("`{FED_COLUMN}` is the column that says what the target of a view was fed"),
            format!("declare it so, `column({FED_COLUMN}: {FED_TYPE}, filled)`, or choose another name"),
        );
    }
    let kind = &declaration.engine.value.kind;
    let kept = match kind {
        EngineKind::MergeTree | EngineKind::Aggregating => true,
        // What it says stands in one of the rows; that goes where the columns of the list are 0.
        EngineKind::Summing { columns } => columns.is_empty(),
        _ => false,
    };
    if !kept && !declaration.is_broken(&["engine"]) {
        diagnostics.error(
            "SH0749",
            declaration.engine.span,
            format!("`{}` does not keep what the target of a view was fed", kind.name()),
            format!(
                "take MergeTree, AggregatingMergeTree, or SummingMergeTree without a list of columns, or leave `{FED_COLUMN}` out"
            ),
        );
    }
}

/// An engine that adds up counts a row that comes twice for good, and its rows cannot be counted to see whether an
/// insert arrived; one that keeps nothing cannot either.
pub(super) fn delivery(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let engine = &declaration.engine;
    if declaration.delivery != Delivery::ExactlyOnce || !engine.value.kind.adds_up() {
        return;
    }
    let table = match &declaration.table {
        Some(table) => table.value.clone(),
        None => declaration.name.value.replace('.', "_"),
    };
    let name = engine.value.kind.name();
    let why = if engine.value.kind.keeps_nothing() {
        "keeps no rows, so nobody can see whether an insert arrived"
    } else {
        "merges rows, so nobody can count whether an insert arrived, and a repeated one would add up twice"
    };
    diagnostics.error(
        "SH0906",
        engine.span,
        format!("`{name}` {why}: it cannot be delivered to exactly once"),
        format!(
            "keep the events in a table that appends, and let a view fill this one: `engine = MergeTree, view({table}_feed: to = …, select = \"SELECT … FROM {table}\")`; or accept repetitions: `delivery = at_least_once`"
        ),
    );
}

/// With `allow_tuple_element_aggregation` the elements of tuples are merged one by one, and one that is a key is not
/// known to be.
pub(super) fn keys_are_no_tuples(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let on = declaration.settings.iter().any(|(name, value)| {
        name.value == "allow_tuple_element_aggregation" && settings::is_on(&value.value)
    });
    let kind = &declaration.engine.value.kind;
    let merges =
        matches!(kind, EngineKind::Summing { .. } | EngineKind::Aggregating | EngineKind::Coalescing { .. });
    if !(on && merges) {
        return;
    }
    if let Some(key) = &declaration.order_by {
        for expr in &key.value {
            let tuple = match expr {
                Expr::Column(name) => {
                    matches!(declaration.column_type(&name.text), Some(Type::Tuple(_)))
                }
                other => matches!(shape_of(other, declaration).kind, Kind::Tuple(_)),
            };
            if tuple {
                diagnostics.error(
                    "SH0912",
                    place_of(expr, key.span),
                    format!("`{}` merges the elements of tuples here, and this one is a key", kind.name()),
                    "name the elements, `order_by = (place.country, place.city)`, or leave the setting out",
                );
            }
        }
    }
}
