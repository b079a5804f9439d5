//! Sorting key and partitions.

use super::super::declaration::{Declaration, Field};
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::near::nearest;
use crate::types::Type;

/// Every name in an expression is a column of this table.
pub(super) fn columns_exist(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = declaration.fields.iter().map(|field| field.name.value.as_str()).collect();
    for (place, expr) in declaration.expressions() {
        for name in expr.columns() {
            if !known.contains(&name.text.as_str()) {
                let help = match nearest(&name.text, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the columns are: {}", known.join(", ")),
                };
                diagnostics.error(
                    "SH0401",
                    name.at,
                    format!("`{place}` uses `{}`, which is not a column", name.text),
                    help,
                );
            }
        }
    }
}

/// ClickHouse refuses NULL in a sorting key and in partitions (`allow_nullable_key`): rows without a value would sort
/// where nobody looks for them.
pub(super) fn not_nullable(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if declaration.settings.iter().any(|(name, _)| name.value == "allow_nullable_key") {
        return;
    }
    for (name, field) in key_columns(declaration) {
        if field.ty.is_nullable() {
            diagnostics.error("SH0402", name, format!("`{}` may be NULL, and a key may not", field.name.value), format!("make the field a plain value with a default, leave `{}` out of the key, or add `settings(allow_nullable_key = 1)`", field.name.value));
        }
    }
}

/// What has no order cannot be sorted by.
pub(super) fn sortable(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for expr in declaration.order_by.iter().flat_map(|key| &key.value) {
        if let Expr::Column(name) = expr
            && let Some(field) = declaration.field(&name.text)
            && matches!(field.ty, Type::Map(..))
        {
            diagnostics.error(
                "SH0403",
                name.at,
                format!("rows cannot be sorted by {}", field.ty),
                "sort by one of its values: `order_by = (tags[\"host\"])`",
            );
        }
    }
}

/// A partition for each event would be a file for each event: ClickHouse stops inserts at a few thousand parts.
pub(super) fn partition_is_coarse(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(partition) = &declaration.partition_by else { return };
    let bare: Vec<&Expr<_>> = match &partition.value {
        Expr::Tuple(items) => items.iter().collect(),
        one => vec![one],
    };
    for expr in bare {
        if let Expr::Column(name) = expr
            && let Some(field) = declaration.field(&name.text)
            && (field.id.is_some()
                || matches!(
                    field.ty,
                    Type::Uuid | Type::DateTime(_) | Type::DateTime64 { .. } | Type::Float32 | Type::Float64
                ))
        {
            let help = match field.ty {
                Type::DateTime(_) | Type::DateTime64 { .. } => {
                    format!("partition by month: `partition_by = toYYYYMM({})`", name.text)
                }
                _ => "partition by time, such as `toYYYYMM(created_at)`, and put this column into `order_by`"
                    .into(),
            };
            diagnostics.error(
                "SH0404",
                name.at,
                format!("each value of `{}` would be a partition of its own", name.text),
                help,
            );
        }
    }
}

/// Keys have to give the same for the same row, today and tomorrow.
pub(super) fn deterministic(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    const CHANGING: &[&str] = &[
        "now",
        "now64",
        "today",
        "yesterday",
        "rand",
        "rand32",
        "rand64",
        "randConstant",
        "generateUUIDv4",
        "generateUUIDv7",
    ];
    let keys = declaration.partition_by.iter().map(|at| &at.value);
    let keys = keys.chain(declaration.order_by.iter().flat_map(|at| &at.value));
    for name in keys.flat_map(Expr::functions) {
        if CHANGING.contains(&name.text.as_str()) {
            diagnostics.error(
                "SH0405",
                name.at,
                format!("`{}` gives another value each time, and a key may not", name.text),
                "use a column of the event",
            );
        }
    }
}

fn key_columns(declaration: &Declaration) -> impl Iterator<Item = (proc_macro2::Span, &Field)> {
    let keys = declaration.partition_by.iter().map(|at| &at.value);
    let keys = keys.chain(declaration.order_by.iter().flat_map(|at| &at.value));
    keys.filter_map(|expr| match expr {
        Expr::Column(name) => declaration.field(&name.text).map(|field| (name.at, field)),
        _ => None,
    })
}
