//! Primary key and sample.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::expressions::place_of;
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Kind};
use crate::sql;
use crate::types::Type;

/// Functions that spread values evenly.
const HASHES: &[&str] = &[
    "intHash32",
    "intHash64",
    "cityHash64",
    "xxHash64",
    "xxHash32",
    "farmHash64",
    "sipHash64",
    "metroHash64",
    "murmurHash3_32",
    "murmurHash3_64",
];

/// The primary key is kept in memory and finds the place in the sorted rows: so it is where their order begins.
pub(super) fn primary_key_is_a_prefix(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(primary) = &declaration.primary_key else { return };
    if declaration.is_broken(&["order_by"]) {
        return;
    }
    let order: Vec<Expr> =
        declaration.order_by.iter().flat_map(|at| &at.value).map(|expr| expr.clone().strip()).collect();
    for (at, expr) in primary.value.iter().enumerate() {
        if order.get(at) != Some(&expr.clone().strip()) {
            let shown = match order.get(..=at).unwrap_or(&order) {
                [] => "leave it out: there is no order".to_string(),
                prefix => format!("it begins as `order_by` does: `primary_key = ({})`", sql::exprs(prefix)),
            };
            diagnostics.error(
                "SH0412",
                place_of(expr, primary.span),
                "the primary key is not a prefix of `order_by`",
                shown,
            );
            return;
        }
    }
}

/// A sample takes the rows of a range of a number, so that number is unsigned, spread evenly, and in the primary key.
pub(super) fn sample_is_in_the_key(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(sample) = &declaration.sample_by else { return };
    if declaration.is_broken(&["order_by", "primary_key"]) {
        return;
    }
    let span = place_of(&sample.value, sample.span);
    let unsigned = match &sample.value {
        Expr::Column(name) => declaration.column(&name.text).is_none_or(|column| {
            matches!(column.ty, Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64)
        }),
        Expr::Call { function, .. } => {
            let shape = shape_of(&sample.value, declaration);
            let unsigned = matches!(shape.ty, Some(Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64));
            ((HASHES.contains(&function.text.as_str()) || unsigned) && !shape.dictionary
                || shape.kind == Kind::Unknown)
                && !may_be_null(&sample.value, declaration)
        }
        _ => false,
    };
    if !unsigned {
        diagnostics.error(
            "SH0414",
            span,
            "a sample is taken by an unsigned integer of at most 64 bits",
            "take a hash of what identifies a user: `sample_by = cityHash64(user_id)`",
        );
    }
    let wanted = sample.value.clone().strip();
    if !declaration.primary().iter().any(|expr| expr.clone().strip() == wanted) {
        diagnostics.error(
            "SH0413",
            span,
            "what a sample is taken by is not in the primary key",
            format!("add it: `order_by = (…, {})`", sql::expr(&wanted)),
        );
    }
}

/// Whether something in it is NULL and nothing known makes a value of that: most functions pass NULL on.
fn may_be_null(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    let shape = shape_of(expr, declaration);
    match expr {
        Expr::Call { arguments, .. } if shape.kind == Kind::Unknown => {
            arguments.iter().any(|argument| may_be_null(argument, declaration))
        }
        Expr::Call { function, arguments, .. } if HASHES.contains(&function.text.as_str()) => {
            arguments.iter().any(|argument| may_be_null(argument, declaration))
        }
        _ => shape.nullable,
    }
}
