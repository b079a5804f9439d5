//! The attributes of the struct.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::DeriveInput;

use super::super::attr::{self, Item, Value, comment, split};
use super::super::check;
use super::super::declaration::{At, Declaration, Unread};
use super::super::tokens::{expression, is_wrapped, string_of};
use super::{change, computed, engine, exception, projection, table, ttl, validate, view};
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::frame_schema::Delivery;
use crate::schema::{Engine, EngineKind, Form, Wrapped};

const KEYS: &[&str] = &[
    "name",
    "version",
    "table",
    "engine",
    "partition_by",
    "order_by",
    "primary_key",
    "sample_by",
    "ttl",
    "column",
    "index",
    "projection",
    "check",
    "assume",
    "settings",
    "on_cluster",
    "distributed",
    "view",
    "raw",
    "delivery",
    "rename_all",
    "validate",
    "builder",
    "compatibility",
    "breaks",
    "allow",
    "warn",
    "deny",
    "crate",
];

/// What takes a list, and an example of one.
const LISTS: &[(&str, &str)] = &[
    ("index", "index(by_status: set(100) on status, granularity = 4)"),
    ("settings", "settings(index_granularity = 4096)"),
    ("projection", "projection(by_user: select * order by user_id)"),
    ("check", "check(positive: amount >= 0)"),
    ("assume", "assume(same: domain(url) = host)"),
    ("column", "column(day: Date = toDate(at), materialized)"),
    ("distributed", "distributed(table = \"orders_everywhere\", cluster = \"main\")"),
    ("view", "view(name: to = target, select = \"SELECT …\")"),
    ("raw", "raw(\"…\")"),
    ("breaks", "breaks(key_changed, version = 2, reason = \"…\")"),
    ("allow", "allow(float_for_money, reason = \"…\")"),
    ("warn", "warn(float_for_money)"),
    ("deny", "deny(float_for_money)"),
];

/// Where the crate `streamhouse` is, as far as the attributes say it; whatever else is wrong with them.
pub(in crate::compile) fn crate_path(input: &DeriveInput) -> Option<syn::Path> {
    items(input, &mut Diagnostics::default()).into_iter().find_map(|item| match item.value {
        Value::Assigned(tokens) if item.key == "crate" => path(tokens),
        _ => None,
    })
}

pub(super) fn path(tokens: TokenStream) -> Option<syn::Path> {
    syn::parse::Parser::parse2(syn::Path::parse_mod_style, tokens).ok()
}

/// Whether the attributes ask for a builder; whatever else is wrong with them.
pub(in crate::compile) fn has_builder(input: &DeriveInput) -> bool {
    items(input, &mut Diagnostics::default()).iter().any(|item| item.key == "builder")
}

/// The attributes of the struct.
pub(super) fn items(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Vec<Item> {
    attr::items(&input.attrs, KEYS, diagnostics)
}

/// Everything but the fields.
pub(super) fn parse(
    input: &DeriveInput,
    items: Vec<Item>,
    diagnostics: &mut Diagnostics,
) -> Option<Declaration> {
    let mut declaration = Declaration {
        ident: input.ident.clone(),
        visibility: input.vis.clone(),
        comment: comment(&input.attrs),
        name: At { value: String::new(), span: input.ident.span() },
        version: At { value: 1, span: input.ident.span() },
        table: None,
        delivery: Delivery::ExactlyOnce,
        engine: At {
            value: Engine { kind: EngineKind::MergeTree, form: Form::Plain },
            span: input.ident.span(),
        },
        cluster: None,
        wrapped: Wrapped::default(),
        partition_by: None,
        order_by: None,
        primary_key: None,
        sample_by: None,
        ttl: Vec::new(),
        indexes: Vec::new(),
        projections: Vec::new(),
        constraints: Vec::new(),
        computed: Vec::new(),
        distributed: None,
        views: Vec::new(),
        raw: Vec::new(),
        settings: Vec::new(),
        validate: None,
        builder: false,
        exceptions: Vec::new(),
        compatibility: None,
        breaches: Vec::new(),
        crate_path: None,
        fields: Vec::new(),
        unread: Vec::new(),
        broken: Vec::new(),
    };
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
    let has_order = has("order_by");
    let sorted = has_order || has("primary_key");
    for item in items {
        let (key, before) = (item.key.clone(), diagnostics.iter().count());
        // What is reported already cannot be read either.
        let broken = matches!(item.value, Value::Broken);
        read(item, &mut declaration, diagnostics);
        if broken || diagnostics.iter().count() > before {
            declaration.broken.push(key);
        }
    }
    // As in ClickHouse, a primary key alone is the sorting key too.
    if declaration.order_by.is_none() && declaration.keeps_rows() && !has_order {
        declaration.order_by = declaration.primary_key.clone();
        declaration.wrapped.order_by = declaration.wrapped.primary_key;
    }
    if !sorted && declaration.keeps_rows() && !declaration.is_broken(&["engine"]) {
        diagnostics.error("SH0014", input.ident.span(), "the event has no sorting key", "add `#[stream(order_by = (…))]` with the columns that queries filter by, the one with the fewest values first");
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
            if let Some(engine) = engine::engine(tokens, span, diagnostics) {
                declaration.engine = engine;
            }
        }
        ("on_cluster", Value::Assigned(tokens)) => {
            declaration.cluster = string(tokens, "on_cluster", span, diagnostics);
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
        ("validate", Value::Assigned(tokens)) => {
            declaration.validate = validate::function(tokens, span, diagnostics);
        }
        ("builder", Value::Flag) => declaration.builder = true,
        ("partition_by", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            declaration.wrapped.partition_by = is_wrapped(tokens.clone());
            declaration.partition_by =
                expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("sample_by", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            declaration.wrapped.sample_by = is_wrapped(tokens.clone());
            declaration.sample_by =
                expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("ttl", Value::Assigned(tokens)) => {
            declaration.ttl.extend(ttl::element(tokens.into_iter().collect(), span, diagnostics));
        }
        ("ttl", Value::List(tokens)) => {
            for part in split(tokens) {
                declaration.ttl.extend(ttl::element(part, span, diagnostics));
            }
        }
        ("order_by", Value::Assigned(tokens)) => {
            declaration.wrapped.order_by = is_wrapped(tokens.clone());
            declaration.order_by = key(tokens, span, diagnostics);
        }
        ("primary_key", Value::Assigned(tokens)) => {
            declaration.wrapped.primary_key = is_wrapped(tokens.clone());
            declaration.primary_key = key(tokens, span, diagnostics);
        }
        ("projection", Value::List(tokens)) => {
            declaration.projections.extend(projection::projection(tokens, span, diagnostics));
        }
        (word @ ("check" | "assume"), Value::List(tokens)) => {
            let constraint = projection::constraint(tokens, word == "assume", span, diagnostics);
            declaration.constraints.extend(constraint);
        }
        ("column", Value::List(tokens)) => {
            let name = tokens.clone().into_iter().next().map(|token| token.to_string());
            match computed::computed(tokens, span, diagnostics) {
                Some(computed) => declaration.computed.push(computed),
                None => declaration.unread.push(Unread { name, timestamp: false }),
            }
        }
        ("distributed", Value::List(tokens)) => {
            declaration.distributed = view::distributed(tokens, span, diagnostics);
        }
        ("view", Value::List(tokens)) => declaration.views.extend(view::view(tokens, span, diagnostics)),
        ("raw", Value::List(tokens)) => {
            let trees: Vec<TokenTree> = tokens.into_iter().collect();
            match &trees[..] {
                [TokenTree::Literal(literal)] if string_of(literal).is_some() => {
                    let text = string_of(literal).unwrap_or_default();
                    check::sql_text(&text, literal.span(), diagnostics);
                    declaration.raw.push(At { value: text, span: literal.span() });
                }
                trees => {
                    let at = trees.first().map_or(span, TokenTree::span);
                    diagnostics.error("SH0001", at, "`raw` is a string", "write `raw(\"…\")`");
                }
            }
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
        (word, Value::List(tokens)) if exception::WORDS.contains(&word) => {
            declaration.exceptions.extend(exception::exceptions(word, tokens, span, diagnostics));
        }
        ("compatibility", Value::Assigned(tokens)) => {
            declaration.compatibility = change::mode(tokens, span, diagnostics);
        }
        ("breaks", Value::List(tokens)) => {
            declaration.breaches.extend(change::breaches(tokens, span, false, diagnostics));
        }
        // Read before the fields are, whose names it is about.
        ("rename_all", _) | (_, Value::Broken) => {}
        ("builder", _) => {
            diagnostics.error("SH0001", span, "`builder` takes no value", "write `#[stream(builder)]`")
        }
        (key, _) if let Some((_, form)) = LISTS.iter().find(|(list, _)| *list == key) => {
            diagnostics.error("SH0001", span, format!("`{key}` takes a list"), format!("write `{form}`"));
        }
        (key, _) => {
            diagnostics.error("SH0001", span, format!("`{key}` takes a value"), format!("write `{key} = …`"))
        }
    }
}

/// A column, several in parentheses, or expressions.
fn key(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<Vec<Expr<Span>>>> {
    let place = first_span(&tokens, span);
    let value = match expression(tokens, span, diagnostics)? {
        Expr::Tuple(items) => items,
        one => vec![one],
    };
    Some(At { value, span: place })
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
