//! Values that are made of those of the version before: `#[stream(upcast = price * 100)]`.

use proc_macro2::Span;

use super::judge::Change;
use crate::compile::{Field, convertible, place_of};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::{Expr, Shape, shape};
use crate::near::nearest;
use crate::sql;
use crate::types::Type;

/// An upcast is an expression over the columns of the newest sealed version, and gives what its column holds.
pub(super) fn check(change: &Change<'_>, diagnostics: &mut Diagnostics) {
    for field in &change.declaration.fields {
        let Some(upcast) = &field.upcast else { continue };
        if matches!(field.ty, Type::Nested(_)) {
            diagnostics.error(
                "SH1027",
                upcast.span,
                "a Nested is several columns, and this is one value",
                "make it an Array of Tuples, or put its values into a field of another type",
            );
            continue;
        }
        let before = diagnostics.iter().count();
        is_new(change, field, &upcast.value, upcast.span, diagnostics);
        names(change, &upcast.value, diagnostics);
        if diagnostics.iter().count() == before {
            fits(change, field, &upcast.value, upcast.span, diagnostics);
        }
    }
}

/// What led to a version that is sealed is done; left in place it would be done again.
fn is_new(change: &Change<'_>, field: &Field, expr: &Expr<Span>, span: Span, diagnostics: &mut Diagnostics) {
    let text = sql::expr(&expr.clone().strip());
    if change.before.upcasts.get(&field.name.value) == Some(&text) {
        let version = change.before.version;
        diagnostics.error(
            "SH1028",
            place_of(expr, span),
            format!("this `upcast` led to version {version}, which is sealed"),
            format!("leave it out: values of version {version} have been made so already"),
        );
    }
}

fn names(change: &Change<'_>, expr: &Expr<Span>, diagnostics: &mut Diagnostics) {
    let columns: Vec<&str> = change.before.columns.iter().map(|column| column.name.as_str()).collect();
    for name in expr.columns() {
        if column(change, &name.text).is_none() {
            let near = nearest(&name.text, &columns);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are {}", columns.join(", ")),
            };
            let message = format!("version {} has no column `{}`", change.before.version, name.text);
            let near = near.filter(|near| *near != name.text);
            diagnostics
                .push(Diagnostic::error("SH1026", name.at, message, help).replacement(&name.text, near));
        }
    }
    for name in expr.functions() {
        match engine::function(&name.text) {
            Some(known) if !known.aggregate && name.text != "arrayJoin" => {}
            known => {
                let what = if known.is_some() {
                    "looks at more than one row"
                } else {
                    "is no function of ClickHouse"
                };
                diagnostics.error(
                    "SH1026",
                    name.at,
                    format!("`{}` {what}", name.text),
                    "use functions of a row's own values",
                );
            }
        }
    }
}

fn fits(change: &Change<'_>, field: &Field, expr: &Expr<Span>, span: Span, diagnostics: &mut Diagnostics) {
    let mut misfits = Vec::new();
    let of = shape(expr, &|name| column(change, name).map(|ty| Shape::from(&ty)), &mut misfits);
    for misfit in misfits {
        diagnostics.error(
            "SH1027",
            misfit.at.unwrap_or(span),
            format!("in `upcast`: {}", misfit.message),
            "the columns are those of the version before, with the types that they had",
        );
    }
    let literal = matches!(expr, Expr::Literal(..));
    if !literal && !convertible(&of, &field.ty) {
        diagnostics.error(
            "SH1027",
            place_of(expr, span),
            format!("the column is {}, which this does not give", field.ty),
            "convert it, for example with `toUInt32OrZero(…)`, `toString(…)` or `ifNull(…, …)`",
        );
    }
}

/// The type of a column of the version before, or of a part of one.
fn column(change: &Change<'_>, name: &str) -> Option<Type> {
    let find = |name: &str| change.before.columns.iter().find(|column| column.name == name);
    if let Some(column) = find(name) {
        return Some(column.ty.clone());
    }
    let dots = name.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at);
    dots.rev().find_map(|dot| find(&name[..dot])?.ty.part(&name[dot + 1..]))
}
