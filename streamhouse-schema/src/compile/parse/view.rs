//! `view(name: to = target, select = "…")` and `distributed(table = …, cluster = …)`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::{Item, Value, item, split};
use super::super::check;
use super::super::declaration::At;
use super::super::tokens::{expression, string_of};
use super::named::{Form, name_of};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Name};
use crate::schema::{Distributed, Target, View};

const VIEW: Form = Form {
    code: "SH0740",
    what: "the view",
    help: "write `view(orders_daily_feed: to = orders_daily, select = \"SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day\")`; instead of `to` may stand `engine = \"SummingMergeTree ORDER BY day\"`, and beside it `columns = \"day Date, orders UInt64\"` and `refresh = \"EVERY 1 HOUR\"`",
};
const DISTRIBUTED: Form = Form {
    code: "SH0910",
    what: "the distributed table",
    help: "write `distributed(table = \"orders_everywhere\", cluster = \"main\", sharding_key = cityHash64(customer_id))`",
};

/// Reads a view.
pub(super) fn view(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<View>> {
    let (name, trees) = VIEW.named(tokens, span, diagnostics)?;
    let (mut target, mut select) = (None, None);
    let mut view = View {
        name: name.text,
        target: Target::Table(String::new()),
        columns: None,
        refresh: None,
        select: String::new(),
    };
    for Item { key, span, value } in items(trees, diagnostics) {
        let trees: Vec<TokenTree> = match value {
            Value::Assigned(tokens) => tokens.into_iter().collect(),
            Value::Broken => return None,
            _ => Vec::new(),
        };
        let Some(text) = name_of(&trees).filter(|text| !text.text.is_empty()) else {
            VIEW.wrong(span, format!("`{key}` of a view is a string"), diagnostics);
            return None;
        };
        let is_string = matches!(&trees[..], [TokenTree::Literal(literal)] if string_of(literal).is_some());
        match key.as_str() {
            "to" if target.is_none() => target = Some(Target::Table(text.text)),
            "engine" if target.is_none() => {
                check::sql_text(&text.text, text.at, diagnostics);
                target = Some(Target::Engine(text.text));
            }
            "select" if is_string => {
                check::select_text(&text.text, text.at, diagnostics);
                select = Some(text.text);
            }
            "columns" if is_string => {
                check::sql_text(&text.text, text.at, diagnostics);
                view.columns = Some(text.text);
            }
            "refresh" if is_string => {
                check::sql_text(&text.text, text.at, diagnostics);
                view.refresh = Some(text.text);
            }
            _ => VIEW.wrong(span, format!("`{key}` says nothing about a view here"), diagnostics),
        }
    }
    match (target, select) {
        (Some(target), Some(select)) => {
            (view.target, view.select) = (target, select);
            Some(At { value: view, span: name.at })
        }
        (target, _) => {
            let missing = if target.is_none() { "target: `to` or `engine`" } else { "`select`" };
            VIEW.wrong(name.at, format!("the view has no {missing}"), diagnostics);
            None
        }
    }
}

/// Reads the table that spreads rows.
pub(super) fn distributed(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Distributed<Span>> {
    let (mut table, mut cluster): (Option<Name<Span>>, Option<Name<Span>>) = (None, None);
    let mut sharding_key: Option<Expr<Span>> = None;
    for Item { key, span, value } in items(tokens.into_iter().collect(), diagnostics) {
        let trees: Vec<TokenTree> = match value {
            Value::Assigned(tokens) => tokens.into_iter().collect(),
            Value::Broken => return None,
            _ => Vec::new(),
        };
        match (key.as_str(), name_of(&trees)) {
            ("table", Some(name)) => table = Some(name),
            ("cluster", Some(name)) => cluster = Some(name),
            ("sharding_key", _) if !trees.is_empty() => {
                sharding_key = Some(expression(trees, span, diagnostics)?);
            }
            _ => DISTRIBUTED.wrong(span, format!("`{key}` says nothing about it here"), diagnostics),
        }
    }
    match (table, cluster) {
        (Some(table), Some(cluster)) if !table.text.is_empty() && !cluster.text.is_empty() => {
            Some(Distributed { table, cluster, sharding_key })
        }
        _ => {
            DISTRIBUTED.wrong(span, "a distributed table has a name and a cluster", diagnostics);
            None
        }
    }
}

fn items(trees: Vec<TokenTree>, diagnostics: &mut Diagnostics) -> Vec<Item> {
    let parts = split(trees.into_iter().collect());
    parts.into_iter().filter_map(|part| item(part, diagnostics)).collect()
}
