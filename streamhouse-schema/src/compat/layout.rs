//! What stored rows ask of the table.

use proc_macro2::Span;

use super::Rule;
use super::judge::{Change, Found};
use crate::change;
use crate::change::Change as TableChange;
use crate::plan::Plan;
use crate::table::Table;

/// What changes, a sentence each.
pub(super) fn changes(change: &Change<'_>) -> Vec<String> {
    let after = Table::of(change.schema);
    let plan = Plan::between(&change.before.table, &after, &change.schema.origins());
    plan.steps.into_iter().map(|step| step.what).collect()
}

/// Rows that are sorted, partitioned or merged by something else are rows of another table.
pub(super) fn backward<'a>(change: &Change<'a>, found: &mut Vec<Found<'a>>) {
    let Change { declaration, schema, before } = change;
    let after = Table::of(schema);
    let changes = change::diff(&before.table, &after, &schema.origins());
    if !changes.iter().any(|change| matches!(change, TableChange::Rebuild { .. })) {
        return;
    }
    let before = change::named(&before.table, &schema.renames());
    let own = declaration.ident.span();
    let order = declaration.order_by.as_ref().or(declaration.primary_key.as_ref());
    let primary = declaration.primary_key.as_ref().or(order);
    let list = |key: &Option<Vec<String>>| {
        key.as_ref().map_or("nothing".into(), |key| format!("({})", key.join(", ")))
    };
    let version = change.before.version;
    let mut add = |rule, span: Option<Span>, what: &str, was: String| {
        found.push(Found {
            rule,
            column: None,
            field: None,
            span: span.unwrap_or(own),
            message: format!("{what} {was} in version {version}, and are not any more"),
            label: format!("was {was}"),
            help: "keep it: the table has to be made anew, with all its rows; new columns at the end of `order_by` need no rebuild where `primary_key` stays".into(),
        });
    };
    if before.order_by != after.order_by && !change::extends_key(&before, &after) {
        add(Rule::KeyChanged, order.map(|at| at.span), "rows were sorted by", list(&before.order_by));
    } else if change::primary(&before) != change::primary(&after) {
        let was = list(&change::primary(&before).cloned());
        add(Rule::KeyChanged, primary.map(|at| at.span), "rows were found by the primary key", was);
    }
    if before.partition_by != after.partition_by {
        let was = before.partition_by.clone().unwrap_or_else(|| "nothing".into());
        add(
            Rule::PartitionChanged,
            declaration.partition_by.as_ref().map(|at| at.span),
            "rows were partitioned by",
            was,
        );
    }
    if before.engine != after.engine {
        add(
            Rule::EngineChanged,
            Some(declaration.engine.span),
            "rows were kept by the engine",
            before.engine.clone(),
        );
    }
}
