//! `view(name: to = target, struct = Target, select = "…")` and `distributed(table = …, cluster = …)`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::{Item, Value, item, split};
use super::super::check;
use super::super::declaration::{At, View, ViewTarget};
use super::super::tokens::{expression, string_of};
use super::container::path;
use super::named::{Form, name_of};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Name};
use crate::schema::Distributed;
use crate::sql;

const VIEW: Form = Form {
    code: "SH0740",
    what: "the view",
    help: "write `view(orders_daily_feed: to = orders_daily, select = \"SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day\")`; with `struct = OrdersDaily` rustc compares it with the struct that declares the target; instead of `to` may stand `engine = \"SummingMergeTree ORDER BY day\"`, and beside it `columns = \"day Date, orders UInt64\"` and `refresh = \"EVERY 1 HOUR\"`; `partition_by = toYYYYMM(day)`, the target's own, makes the view exact also where ClickHouse is killed",
};
const DISTRIBUTED: Form = Form {
    code: "SH0910",
    what: "the distributed table",
    help: "write `distributed(table = \"orders_everywhere\", cluster = \"main\", sharding_key = cityHash64(customer_id))`",
};

/// Reads a view.
pub(super) fn view(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<View> {
    let (name, trees) = VIEW.named(tokens, span, diagnostics)?;
    let (mut table, mut declared, mut engine, mut select) = (None, None, None, None);
    let (mut columns, mut refresh, mut partition_by) = (None, None, None);
    for Item { key, span, value } in items(trees, diagnostics) {
        let trees: Vec<TokenTree> = match value {
            Value::Assigned(tokens) => tokens.into_iter().collect(),
            Value::Broken => return None,
            _ => Vec::new(),
        };
        if key == "struct" {
            match path(trees.into_iter().collect()) {
                Some(path) if declared.is_none() => declared = Some((path, span)),
                _ => VIEW.wrong(span, "`struct` is the path of one struct", diagnostics),
            }
            continue;
        }
        if key == "partition_by" {
            if partition_by.is_some() {
                VIEW.wrong(span, "`partition_by` stands twice", diagnostics);
            }
            partition_by = Some(At { value: partitions(trees, span, diagnostics)?, span });
            continue;
        }
        let Some(text) = name_of(&trees).filter(|text| !text.text.is_empty()) else {
            VIEW.wrong(span, format!("`{key}` of a view is a string"), diagnostics);
            return None;
        };
        let is_string = matches!(&trees[..], [TokenTree::Literal(literal)] if string_of(literal).is_some());
        let text = At { value: text.text, span: text.at };
        let part = match key.as_str() {
            "to" => &mut table,
            "engine" => &mut engine,
            "select" if is_string => &mut select,
            "columns" if is_string => &mut columns,
            "refresh" if is_string => &mut refresh,
            _ => {
                VIEW.wrong(span, format!("`{key}` says nothing about a view here"), diagnostics);
                continue;
            }
        };
        if part.is_some() {
            VIEW.wrong(span, format!("`{key}` stands twice"), diagnostics);
            continue;
        }
        match key.as_str() {
            "to" => {}
            "select" => check::select_text(&text.value, text.span, diagnostics),
            _ => check::sql_text(&text.value, text.span, diagnostics),
        }
        *part = Some(text);
    }
    let target = match (table, engine) {
        (Some(_), Some(engine)) => {
            VIEW.wrong(engine.span, "a view has a target or an engine of its own, not both", diagnostics);
            return None;
        }
        (Some(table), None) => ViewTarget::Table { table, declared: declared.map(|(path, _)| path) },
        (None, engine) => {
            if let Some((_, span)) = declared {
                VIEW.wrong(
                    span,
                    "`struct` is about the target, and there is none: write `to = …`",
                    diagnostics,
                );
            }
            let Some(engine) = engine else {
                VIEW.wrong(name.at, "the view has no target: `to` or `engine`", diagnostics);
                return None;
            };
            ViewTarget::Engine(engine)
        }
    };
    let Some(select) = select else {
        VIEW.wrong(name.at, "the view has no `select`", diagnostics);
        return None;
    };
    if let (Some(_), Some(by)) = (&refresh, &partition_by) {
        VIEW.wrong(by.span, "a view that is computed anew is not fed by inserts", diagnostics);
    }
    let name = At { value: name.text, span: name.at };
    Some(View { name, target, columns, refresh, partition_by, select })
}

/// The key of a target's partitions; `()` where it has none.
fn partitions(trees: Vec<TokenTree>, span: Span, diagnostics: &mut Diagnostics) -> Option<String> {
    if let [TokenTree::Group(group)] = &trees[..]
        && group.stream().is_empty()
    {
        return Some(String::new());
    }
    Some(sql::expr(&expression(trees, span, diagnostics)?.strip()))
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
