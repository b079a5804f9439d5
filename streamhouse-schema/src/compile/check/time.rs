//! What becomes of rows and values with time.

use proc_macro2::Span;

use super::super::declaration::{Declaration, Kept};
use super::defaults::{kind_fits, nulls_fit};
use super::expressions::place_of;
use super::folding::{is_constant, unread};
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::expr::{Binary, Expr, Kind, Name, Shape};
use crate::schema::TtlAction;
use crate::sql;
use crate::types::Type;

/// A TTL is a moment: a time column and an interval. An interval alone counts from the event's timestamp.
pub(super) fn ttl_is_a_moment(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let rows = declaration.ttl.iter().map(|ttl| (ttl.span, &ttl.value.at));
    let columns = declaration.columns().filter_map(|column| column.ttl).map(|ttl| (ttl.span, &ttl.value));
    for (span, ttl) in rows.chain(columns) {
        if is_interval(ttl) {
            if declaration.timestamp().is_none() && !declaration.unread.iter().any(|unread| unread.timestamp)
            {
                diagnostics.error(
                    "SH0501",
                    span,
                    "the TTL counts from the event's timestamp, and no field is one",
                    "put `#[stream(timestamp)]` on a field, or write `ttl = column + days(90)`",
                );
            }
            continue;
        }
        moment(span, ttl, declaration, diagnostics);
    }
}

fn moment(place: Span, ttl: &Expr<Span>, declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let columns = ttl.columns();
    let span = columns.first().map_or(place, |name| name.at);
    let shape = shape_of(ttl, declaration);
    let known = columns.iter().all(|name| declaration.column_type(&name.text).is_some());
    if is_constant(ttl, declaration)
        || (known && !matches!(shape.kind, Kind::Date | Kind::Time | Kind::Unknown))
    {
        diagnostics.error(
            "SH0502",
            span,
            "the TTL is no date and no moment of the event",
            "write a time column and an interval: `ttl = created_at + days(90)`",
        );
    } else if shape.dictionary {
        diagnostics.error(
            "SH0502",
            span,
            "the TTL is computed in a dictionary, and ClickHouse counts from no such moment",
            "use a column that is not `LowCardinality`, or `CAST(…, \"String\")` of it",
        );
    } else if shape.nullable {
        diagnostics.error(
            "SH0503",
            span,
            "the TTL may be NULL, and then nobody knows when the row ends",
            "count from a column that always has a value, or write `ifNull(column, …)`",
        );
    }
}

/// ClickHouse computes at once what is the same for all rows, forgets the columns that it was asked of, and does not find them
/// where it reads the expression again: at the first row.
pub(super) fn columns_are_read(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let rows = declaration.ttl.iter().flat_map(|ttl| {
        let condition = match &ttl.value.action {
            TtlAction::Delete(condition) => condition.as_ref(),
            _ => None,
        };
        std::iter::once(&ttl.value.at).chain(condition)
    });
    let columns = declaration.columns().filter_map(|column| column.ttl).map(|ttl| &ttl.value);
    for expr in rows.chain(columns).filter(|expr| !is_constant(expr, declaration)) {
        for name in unread(expr, declaration) {
            diagnostics.error(
                "SH0455",
                name.at,
                format!(
                    "what is asked of `{}` is the same for all rows, and the TTL then fails at the first one",
                    name.text
                ),
                "leave it out, or write what comes out: `isNotNull(…)` of what is never NULL is `true`",
            );
        }
    }
}

/// Rows are deleted at one moment: a second one without a condition would never be looked at, and ClickHouse refuses it.
pub(super) fn one_deletes_all(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let all = declaration.ttl.iter().filter(|ttl| matches!(ttl.value.action, TtlAction::Delete(None)));
    for ttl in all.skip(1) {
        diagnostics.error(
            "SH0505",
            ttl.span,
            "two elements of the TTL delete all rows",
            "keep one of them, or say which rows: `… DELETE WHERE level = \"debug\"`",
        );
    }
    for ttl in &declaration.ttl {
        let TtlAction::Delete(Some(condition)) = &ttl.value.action else { continue };
        let kind = shape_of(condition, declaration).kind;
        if is_constant(condition, declaration) {
            diagnostics.error(
                "SH0508",
                place_of(condition, ttl.span),
                "this is the same for all rows",
                "leave the condition out, or compare a column with something: `WHERE status = \"done\"`",
            );
        } else if !matches!(kind, Kind::Whole | Kind::Unknown) {
            diagnostics.error(
                "SH0508",
                place_of(condition, ttl.span),
                format!("a condition is true or false, and this is {kind}"),
                "compare it with something: `WHERE status = \"done\"`",
            );
        }
    }
}

/// Rows that become one have to lie side by side: their key is a prefix of the primary key, and every other column is
/// summed up by an aggregate function.
pub(super) fn groups_are_a_prefix(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    // Of which key it is a prefix is not known.
    let no_key = declaration.is_broken(&["order_by", "primary_key"]);
    let primary: Vec<Expr> = declaration.primary().iter().map(|expr| expr.clone().strip()).collect();
    for ttl in &declaration.ttl {
        let TtlAction::GroupBy { keys, set } = &ttl.value.action else { continue };
        for (at, key) in keys.iter().enumerate() {
            if !no_key && primary.get(at) != Some(&key.clone().strip()) {
                let shown =
                    if primary.is_empty() { "empty".into() } else { format!("`{}`", sql::exprs(&primary)) };
                diagnostics.error(
                    "SH0506",
                    place_of(key, ttl.span),
                    "rows are grouped by a prefix of the primary key",
                    format!("the primary key is {shown}: begin with its first column"),
                );
                break;
            }
        }
        for (at, (name, value)) in set.iter().enumerate() {
            let stored = declaration
                .column(&name.text)
                .is_some_and(|column| column.kept == Kept::Stored && !matches!(column.ty, Type::Nested(_)));
            let sums = value
                .functions()
                .iter()
                .any(|name| engine::function(&name.text).is_some_and(|known| known.aggregate));
            if declaration.is_unread(&name.text) {
                continue;
            }
            let (what, help) = if !stored {
                ("is no stored column", "name a column of this table")
            } else if set[..at].iter().any(|(earlier, _)| earlier.text == name.text) {
                ("is set twice", "keep one of the two")
            } else if !sums {
                (
                    "is to become one value of many rows",
                    "use an aggregate function: `max(…)`, `sum(…)`, `any(…)`",
                )
            } else if !becomes(value, name, declaration) {
                (
                    "is to become something of another type, or what is not known",
                    "convert it, for example with `toUInt64(…)`, to what the column is",
                )
            } else {
                continue;
            };
            diagnostics.error("SH0507", name.at, format!("`{}` {what}", name.text), help);
        }
    }
}

/// Whether a value of many rows goes into its column.
fn becomes(value: &Expr<Span>, name: &Name<Span>, declaration: &Declaration) -> bool {
    let Some(column) = declaration.column(&name.text) else { return true };
    let shape = shape_of(value, declaration);
    let own = Shape::from(column.ty);
    // Of values inside of lists and tuples only the very same type is known to fit.
    let simple = !matches!(own.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
    let same = shape.ty.is_some() && shape.ty == own.ty;
    let fits = shape.kind != Kind::Unknown && simple && kind_fits(&shape.kind, column.ty);
    (same || fits) && nulls_fit(&shape, column.ty)
}

/// A key's values cannot end before its rows do.
pub(super) fn columns_that_end(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let keys: Vec<&Expr<Span>> = declaration
        .order_by
        .iter()
        .flat_map(|at| &at.value)
        .chain(declaration.partition_by.iter().map(|at| &at.value))
        .collect();
    for column in declaration.columns() {
        let Some(ttl) = column.ttl else { continue };
        let own = column.name.value.as_str();
        let part =
            |name: &str| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if keys.iter().any(|key| key.columns().iter().any(|name| part(&name.text))) {
            diagnostics.error(
                "SH0509",
                ttl.span,
                format!("`{}` is part of a key, and its values cannot end", column.name.value),
                "put the TTL on the table, or leave the column out of `order_by` and `partition_by`",
            );
        }
    }
}

/// Whether an expression is an interval, or a sum of intervals, and nothing else.
pub(in crate::compile) fn is_interval<A>(expr: &Expr<A>) -> bool {
    match expr {
        Expr::Call { function, .. } => function.text.starts_with("toInterval"),
        Expr::Binary(Binary::Plus, left, right) => is_interval(left) && is_interval(right),
        _ => false,
    }
}
