//! The engine Null.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;

/// A table that keeps nothing has no order, no partitions, and nothing that ends.
pub(super) fn keeps_nothing(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if declaration.keeps_rows() {
        return;
    }
    let mut found: Vec<(Span, &str)> = Vec::new();
    found.extend(declaration.order_by.iter().map(|at| (at.span, "order")));
    found.extend(declaration.partition_by.iter().map(|at| (at.span, "partitions")));
    found.extend(declaration.primary_key.iter().map(|at| (at.span, "primary key")));
    found.extend(declaration.sample_by.iter().map(|at| (at.span, "samples")));
    found.extend(declaration.ttl.iter().map(|at| (at.span, "TTL")));
    found.extend(declaration.indexes.iter().map(|index| (index.name.span, "indexes")));
    found.extend(declaration.projections.iter().map(|one| (one.name.at, "projections")));
    found.extend(declaration.settings.iter().map(|(name, _)| (name.span, "settings")));
    found.extend(declaration.columns().filter_map(|column| column.ttl).map(|ttl| (ttl.span, "TTL")));
    for (span, what) in found {
        diagnostics.error(
            "SH0907",
            span,
            format!("a table of the engine Null keeps no rows and has no {what}"),
            "leave it out, or keep the rows: `engine = MergeTree`",
        );
    }
}
