//! The attributes of the struct.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::DeriveInput;

use super::super::attr::{Item, Value, comment, items};
use super::super::declaration::{At, Declaration};
use super::super::tokens::expression;
use super::table;
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::frame_schema::Delivery;

const KEYS: &[&str] = &[
    "name",
    "version",
    "table",
    "engine",
    "partition_by",
    "order_by",
    "ttl",
    "index",
    "settings",
    "delivery",
    "crate",
];

/// Everything but the fields.
pub(super) fn parse(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Declaration> {
    let mut declaration = Declaration {
        ident: input.ident.clone(),
        visibility: input.vis.clone(),
        comment: comment(&input.attrs),
        name: At { value: String::new(), span: input.ident.span() },
        version: At { value: 1, span: input.ident.span() },
        table: None,
        delivery: Delivery::ExactlyOnce,
        partition_by: None,
        order_by: None,
        ttl: None,
        indexes: Vec::new(),
        settings: Vec::new(),
        crate_path: None,
        fields: Vec::new(),
    };
    let items = items(&input.attrs, KEYS, diagnostics);
    let has = |key: &str| items.iter().any(|item| item.key == key);
    if !has("name") {
        let example = suggested_name(&input.ident.to_string());
        diagnostics.error(
            "SH0013",
            input.ident.span(),
            "the event has no name",
            format!("add `#[stream(name = \"{example}\")]`"),
        );
    }
    if !has("order_by") {
        diagnostics.error("SH0014", input.ident.span(), "the event has no sorting key", "add `#[stream(order_by = (…))]` with the columns that queries filter by, the one with the fewest values first");
    }
    for item in items {
        read(item, &mut declaration, diagnostics);
    }
    Some(declaration)
}

fn read(item: Item, declaration: &mut Declaration, diagnostics: &mut Diagnostics) {
    let span = item.span;
    match (item.key.as_str(), item.value) {
        ("name", Value::Assigned(tokens)) => {
            if let Some(name) = string(tokens, "name", span, diagnostics) {
                declaration.name = name;
            }
        }
        ("table", Value::Assigned(tokens)) => declaration.table = string(tokens, "table", span, diagnostics),
        ("version", Value::Assigned(tokens)) => match tokens.to_string().parse() {
            Ok(version @ 1..) => declaration.version = At { value: version, span },
            _ => diagnostics.error(
                "SH0015",
                first_span(&tokens, span),
                "the version is not a number from 1",
                "write `version = 1`",
            ),
        },
        ("engine", Value::Assigned(tokens)) => {
            if tokens.to_string() != "MergeTree" {
                diagnostics.error(
                    "SH0016",
                    first_span(&tokens, span),
                    format!("the engine `{tokens}` is not known to this version"),
                    "write `engine = MergeTree`, or leave it out",
                );
            }
        }
        ("delivery", Value::Assigned(tokens)) => match tokens.to_string().as_str() {
            "exactly_once" => declaration.delivery = Delivery::ExactlyOnce,
            "at_least_once" => declaration.delivery = Delivery::AtLeastOnce,
            other => diagnostics.error(
                "SH0017",
                first_span(&tokens, span),
                format!("`{other}` is no promise of delivery"),
                "write `delivery = exactly_once` or `delivery = at_least_once`",
            ),
        },
        ("partition_by", Value::Assigned(tokens)) => {
            declaration.partition_by = expression(tokens, span, diagnostics).map(|value| At { value, span });
        }
        ("ttl", Value::Assigned(tokens)) => {
            declaration.ttl = expression(tokens, span, diagnostics).map(|value| At { value, span });
        }
        ("order_by", Value::Assigned(tokens)) => {
            let value = match expression(tokens, span, diagnostics) {
                Some(Expr::Tuple(items)) => items,
                Some(Expr::Call { function, arguments, .. }) if function.text == "tuple" => arguments,
                Some(one) => vec![one],
                None => return,
            };
            declaration.order_by = Some(At { value, span });
        }
        ("index", Value::List(tokens)) => declaration.indexes.extend(table::index(tokens, span, diagnostics)),
        ("settings", Value::List(tokens)) => {
            declaration.settings = table::settings(tokens, span, diagnostics)
        }
        ("crate", Value::Assigned(tokens)) => declaration.crate_path = Some(tokens),
        (key @ ("index" | "settings"), _) => {
            diagnostics.error(
                "SH0001",
                span,
                format!("`{key}` takes a list"),
                match key {
                    "index" => "write `index(by_status: set(100) on status, granularity = 4)`",
                    _ => "write `settings(index_granularity = 4096)`",
                },
            );
        }
        (key, _) => {
            diagnostics.error("SH0001", span, format!("`{key}` takes a value"), format!("write `{key} = …`"))
        }
    }
}

/// A string literal.
pub(super) fn string(
    tokens: TokenStream,
    key: &str,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<At<String>> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    if let [TokenTree::Literal(literal)] = &trees[..]
        && let Some(value) = super::super::tokens::string_of(literal)
    {
        return Some(At { value, span: literal.span() });
    }
    let span = trees.first().map_or(span, TokenTree::span);
    diagnostics.error("SH0001", span, format!("`{key}` is a string"), format!("write `{key} = \"…\"`"));
    None
}

pub(super) fn first_span(tokens: &TokenStream, otherwise: Span) -> Span {
    tokens.clone().into_iter().next().map_or(otherwise, |token| token.span())
}

/// `OrderCreated` → `order.created`.
fn suggested_name(ident: &str) -> String {
    let mut name = String::new();
    for c in ident.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('.');
        }
        name.extend(c.to_lowercase());
    }
    name
}
