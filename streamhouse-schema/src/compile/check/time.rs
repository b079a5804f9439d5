//! When rows are deleted.

use super::super::declaration::Declaration;
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::expr::{Binary, Expr, Kind};

/// A TTL is a moment: a time column and an interval. An interval alone counts from the event's timestamp.
pub(super) fn ttl_is_a_moment(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(ttl) = &declaration.ttl else { return };
    if is_interval(&ttl.value) {
        if declaration.timestamp().is_none() {
            diagnostics.error(
                "SH0501",
                ttl.span,
                "the TTL counts from the event's timestamp, and no field is one",
                "put `#[stream(timestamp)]` on a field, or write `ttl = column + days(90)`",
            );
        }
        return;
    }
    let columns = ttl.value.columns();
    let span = columns.first().map_or(ttl.span, |name| name.at);
    let shape = shape_of(&ttl.value, declaration);
    let known = columns.iter().all(|name| declaration.field(&name.text).is_some());
    if columns.is_empty() || (known && !matches!(shape.kind, Kind::Date | Kind::Time | Kind::Unknown)) {
        diagnostics.error(
            "SH0502",
            span,
            "the TTL is no date and no moment of the event",
            "write a time column and an interval: `ttl = created_at + days(90)`",
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

/// Whether an expression is an interval, or a sum of intervals, and nothing else.
pub(in crate::compile) fn is_interval<A>(expr: &Expr<A>) -> bool {
    match expr {
        Expr::Call { function, .. } => function.text.starts_with("toInterval"),
        Expr::Binary(Binary::Plus, left, right) => is_interval(left) && is_interval(right),
        _ => false,
    }
}
