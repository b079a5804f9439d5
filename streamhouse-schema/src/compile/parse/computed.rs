//! `column(name: Type = expression, materialized, …)`, and `column(name: Type, filled)`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::{Item, Value, item, split};
use super::super::declaration::{At, Computed, Place};
use super::super::tokens::{expression, value};
use super::container::{first_span, string};
use super::named::{Form, name_of};
use super::{column_type, table};
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::schema::ComputedKind;

const FORM: Form = Form {
    code: "SH0608",
    what: "the column",
    help: "write `column(day: Date = toDate(at), materialized)`; the last word is `materialized`, `alias` or `default`; write `column(users: AggregateFunction(uniq, String), filled)` for one that only views fill; behind the word may stand `codec(…)`, `ttl = …`, `comment = \"…\"` and `after = column` or `first`",
};

/// Reads a column that the server computes.
pub(super) fn computed(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<Computed> {
    let mut parts = split(tokens).into_iter();
    let first: TokenStream = parts.next().unwrap_or_default().into_iter().collect();
    let (name, trees) = FORM.named(first, span, diagnostics)?;
    let equals =
        trees.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '='));
    let (ty, expr) = match equals {
        Some(at) if at > 0 && at + 1 < trees.len() => (&trees[..at], Some(&trees[at + 1..])),
        None => (&trees[..], None),
        Some(_) => {
            FORM.wrong(name.at, "the column has no type, or nothing that it is computed from", diagnostics);
            return None;
        }
    };
    let (ty, ty_span) = column_type::read(ty.iter().cloned().collect(), name.at, diagnostics);
    let expr = match expr {
        Some(expr) => {
            let place = expr[0].span();
            Some(At { value: computed_from(expr, place, diagnostics)?, span: place })
        }
        None => None,
    };
    let mut out = Computed {
        name: At { value: name.text, span: name.at },
        ty: ty?,
        ty_span,
        kind: ComputedKind::Default,
        expr,
        codec: Vec::new(),
        ttl: None,
        comment: String::new(),
        place: Place::Last,
    };
    let mut kinds = 0;
    for part in parts {
        let Some(item) = item(part, diagnostics) else { continue };
        kinds += usize::from(matches!(item.value, Value::Flag) && item.key != "first");
        read(item, &mut out, diagnostics);
    }
    if kinds != 1 {
        FORM.wrong(out.name.span, "one word says when the column is computed", diagnostics);
    } else if out.expr.is_none() != (out.kind == ComputedKind::Filled) {
        let message = match out.expr {
            Some(_) => "a column that views fill is computed from nothing",
            None => "there is nothing that the column is computed from",
        };
        FORM.wrong(out.name.span, message, diagnostics);
        return None;
    }
    Some(out)
}

/// One string literal alone is SQL's text only where it is no value of its own, which it is where nothing is computed
/// from it; so it is a string here, as in `default = "…"`.
fn computed_from(trees: &[TokenTree], place: Span, diagnostics: &mut Diagnostics) -> Option<Expr<Span>> {
    value(trees.iter().cloned(), place, diagnostics)
}

fn read(item: Item, column: &mut Computed, diagnostics: &mut Diagnostics) {
    let span = item.span;
    match (item.key.as_str(), item.value) {
        ("materialized", Value::Flag) => column.kind = ComputedKind::Materialized,
        ("alias", Value::Flag) => column.kind = ComputedKind::Alias,
        ("default", Value::Flag) => column.kind = ComputedKind::Default,
        ("filled", Value::Flag) => column.kind = ComputedKind::Filled,
        ("first", Value::Flag) => column.place = Place::First,
        ("codec", Value::List(tokens)) => column.codec = table::codecs(tokens, span, diagnostics),
        ("ttl", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            column.ttl = expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("comment", Value::Assigned(tokens)) => {
            column.comment =
                string(tokens, "comment", span, diagnostics).map(|at| at.value).unwrap_or_default();
        }
        ("after", Value::Assigned(tokens)) => {
            let trees: Vec<TokenTree> = tokens.into_iter().collect();
            match name_of(&trees) {
                Some(name) => column.place = Place::Behind(At { value: name.text, span: name.at }),
                None => FORM.wrong(span, "`after` is the name of a column", diagnostics),
            }
        }
        (_, Value::Broken) => {}
        (key, _) => FORM.wrong(span, format!("`{key}` says nothing about a column here"), diagnostics),
    }
}
