//! When rows are deleted.

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::types::Type;

/// A TTL is a moment: a time column and an interval. An interval alone counts from the event's timestamp.
pub(super) fn ttl_has_a_time(declaration: &Declaration, diagnostics: &mut Diagnostics) {
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
    let known: Vec<_> = columns.iter().filter_map(|name| declaration.field(&name.text)).collect();
    let is_time = |ty: &Type| {
        matches!(ty.inner(), Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. })
    };
    if known.len() == columns.len() && !known.iter().any(|field| is_time(&field.ty)) {
        let span = columns.first().map_or(ttl.span, |name| name.at);
        diagnostics.error(
            "SH0502",
            span,
            "the TTL uses no date and no time",
            "write a time column and an interval: `ttl = created_at + days(90)`",
        );
    }
}

/// Whether an expression is an interval and nothing else.
pub(in crate::compile) fn is_interval<A>(expr: &Expr<A>) -> bool {
    matches!(expr, Expr::Call { function, .. } if function.text.starts_with("toInterval"))
}
