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

/// Where the crate `streamhouse` is, as far as the attributes say it; whatever else is wrong with them.
pub(in crate::compile) fn crate_path(input: &DeriveInput) -> Option<syn::Path> {
    items(&input.attrs, KEYS, &mut Diagnostics::default()).into_iter().find_map(|item| match item.value {
        Value::Assigned(tokens) if item.key == "crate" => path(tokens),
        _ => None,
    })
}

fn path(tokens: TokenStream) -> Option<syn::Path> {
    syn::parse::Parser::parse2(syn::Path::parse_mod_style, tokens).ok()
}

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
                if name.value.is_empty() {
                    let example = suggested_name(&declaration.ident.to_string());
                    let help = format!("use lower-case words joined by dots, such as \"{example}\"");
                    diagnostics.error("SH0201", name.span, "the event's name is empty", help);
                }
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
            if !matches!(tokens.to_string().replace(' ', "").as_str(), "MergeTree" | "MergeTree()") {
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
            let place = first_span(&tokens, span);
            declaration.partition_by =
                expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("ttl", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            declaration.ttl = expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("order_by", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            let value = match expression(tokens, span, diagnostics) {
                Some(Expr::Tuple(items)) => items,
                Some(one) => vec![one],
                None => return,
            };
            declaration.order_by = Some(At { value, span: place });
        }
        ("index", Value::List(tokens)) => declaration.indexes.extend(table::index(tokens, span, diagnostics)),
        ("settings", Value::List(tokens)) => {
            declaration.settings = table::settings(tokens, span, diagnostics)
        }
        ("crate", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            declaration.crate_path = path(tokens);
            if declaration.crate_path.is_none() {
                diagnostics.error(
                    "SH0018",
                    place,
                    "`crate` is the path of the crate `streamhouse`",
                    "write `crate = ::streamhouse`, or the path where it is exported again",
                );
            }
        }
        (_, Value::Broken) => {}
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
    if let [TokenTree::Literal(first), next, ..] = &trees[..]
        && super::super::tokens::string_of(first).is_some()
    {
        diagnostics.error(
            "SH0001",
            next.span(),
            format!("unexpected `{next}` after the string of `{key}`"),
            "put a comma before it",
        );
        return None;
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
