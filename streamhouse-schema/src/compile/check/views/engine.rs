//! The table that a view keeps.

use super::super::super::declaration::{At, Declaration, View, ViewTarget};
use super::super::super::selection::{Yields, yields};
use super::{table_of, tells_by_hand};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::select::selects;
use crate::expr::{Expr, Shape, Token, shape, statement_tokens};
use crate::near::nearest;
use crate::sql;
use crate::types::Type;

/// Clauses of a table, each with how many words begin it.
const CLAUSES: &[&[&str]] = &[
    &["PARTITION", "BY"],
    &["PRIMARY", "KEY"],
    &["ORDER", "BY"],
    &["SAMPLE", "BY"],
    &["TTL"],
    &["SETTINGS"],
    &["COMMENT"],
];

/// A view's own table has an engine that there is, and is sorted by what the view yields.
pub(in crate::compile::check) fn inner_engine(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for view in &declaration.views {
        let ViewTarget::Engine(text) = &view.target else { continue };
        // What cannot be read is reported already.
        let Ok(tokens) = statement_tokens(&text.value) else { continue };
        let Some(Token::Word(name)) = tokens.first() else {
            let message = "the text does not begin with the name of an engine";
            diagnostics.error(
                "SH0747",
                text.span,
                message,
                "write `engine = \"SummingMergeTree ORDER BY day\"`",
            );
            continue;
        };
        let own = name.strip_prefix("Shared").unwrap_or(name);
        if !engine::engines().any(|known| known == own) {
            let known: Vec<&str> = engine::engines().collect();
            let near = nearest(name, &known);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write `engine = \"SummingMergeTree ORDER BY day\"`".into(),
            };
            let message = format!("ClickHouse has no engine `{name}`");
            diagnostics.push(Diagnostic::error("SH0747", text.span, message, help));
            continue;
        }
        keys(declaration, view, text, &tokens, diagnostics);
        fed(view, &tokens, diagnostics);
    }
}

/// Keys are made of the view's own columns.
fn keys(
    declaration: &Declaration,
    view: &View,
    text: &At<String>,
    tokens: &[Token],
    diagnostics: &mut Diagnostics,
) {
    let table = table_of(declaration);
    let yields = yields(declaration, &table, &selects(&view.select.value));
    // A list of columns may say more than the selection; it is compared with it elsewhere.
    if !yields.complete || view.columns.is_some() && yields.columns.is_empty() {
        return;
    }
    for words in [&["PARTITION", "BY"][..], &["PRIMARY", "KEY"], &["ORDER", "BY"], &["SAMPLE", "BY"]] {
        let Some(expr) = clause(tokens, words).and_then(expression) else { continue };
        for name in expr.columns() {
            if !is_yielded(&name.text, &yields) {
                let names: Vec<&str> =
                    yields.columns.iter().filter_map(|column| column.name.as_deref()).collect();
                let help = match nearest(&name.text, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the view yields: {}", names.join(", ")),
                };
                let what = words.join(" ");
                let message = format!(
                    "`{what}` of the view `{}` uses `{}`, which it does not yield",
                    view.name.value, name.text
                );
                diagnostics.error("SH0747", text.span, message, help);
            }
        }
        let known = |name: &str| column_type(view, &yields, name).map(|ty| Shape::from(&ty));
        if words[0] != "SAMPLE"
            && is_merge_tree(tokens)
            && !allows_null(tokens)
            && shape(&expr, &known, &mut Vec::new()).holds_null()
        {
            let what = words.join(" ");
            diagnostics.error(
                "SH0747",
                text.span,
                format!("`{what}` of the view `{}` may be NULL, and a key may not", view.name.value),
                "select a value instead, such as `ifNull(…, 0)`, or add `SETTINGS allow_nullable_key = 1`",
            );
        }
    }
}

/// The type of a column of a view's own table: as it is listed, or as the selection yields it. Not known where it is not listed alone.
fn column_type(view: &View, yields: &Yields, name: &str) -> Option<Type> {
    match &view.columns {
        Some(columns) => match format!("Tuple({})", columns.value).parse().ok()? {
            Type::Tuple(elements) => {
                let own = elements.into_iter().find(|element| element.name.as_deref() == Some(name));
                own.map(|element| element.ty)
            }
            _ => None,
        },
        None => yields.columns.iter().find(|column| column.name.as_deref() == Some(name))?.ty.clone(),
    }
}

/// The rule, and the setting that ends it, are those of MergeTree.
fn is_merge_tree(tokens: &[Token]) -> bool {
    matches!(tokens.first(), Some(Token::Word(name)) if name.ends_with("MergeTree"))
}

/// Whether a table's settings let a key be NULL.
fn allows_null(tokens: &[Token]) -> bool {
    let settings = clause(tokens, &["SETTINGS"]).unwrap_or_default();
    settings.windows(3).any(|setting| match setting {
        [Token::Word(name), Token::Symbol(_), value] => {
            name == "allow_nullable_key"
                && !matches!(value, Token::Number(digits) if digits == "0")
                && !matches!(value, Token::Word(word) if word.eq_ignore_ascii_case("false"))
        }
        _ => false,
    })
}

/// Whether a table of its own keeps what it was fed.
fn keeps(tokens: &[Token]) -> bool {
    let symbol =
        |at: usize, symbol: &str| matches!(tokens.get(at), Some(Token::Symbol(found)) if *found == symbol);
    match tokens.first() {
        Some(Token::Word(name)) => match name.strip_prefix("Shared").unwrap_or(name) {
            "SummingMergeTree" => !symbol(1, "(") || symbol(2, ")"),
            // Behind the path and the replica may stand a list too, which nobody looks at: a Keeper records insert and part together.
            other => ["MergeTree", "AggregatingMergeTree", "SummingMergeTree"]
                .contains(&other.strip_prefix("Replicated").unwrap_or(other)),
        },
        _ => true,
    }
}

/// Whether a view lacks only `partition_by` to write down what its target was fed, and has any use of that: a Keeper records insert and part
/// together. What a table that is declared elsewhere is, is not known here.
pub(in crate::compile) fn could_tell(view: &View) -> bool {
    if view.partition_by.is_some() || view.refresh.is_some() {
        return false;
    }
    let keeps = match &view.target {
        ViewTarget::Engine(text) => {
            !text.value.starts_with("Replicated")
                && statement_tokens(&text.value).is_ok_and(|tokens| keeps(&tokens))
        }
        ViewTarget::Table { .. } => true,
    };
    keeps && !tells_by_hand(view)
}

/// What the table was fed is written down for each of its partitions, and it keeps that.
fn fed(view: &View, tokens: &[Token], diagnostics: &mut Diagnostics) {
    let Some(by) = &view.partition_by else { return };
    if !keeps(tokens) {
        diagnostics.error(
            "SH0749",
            by.span,
            format!("the table of the view `{}` does not keep what it was fed", view.name.value),
            "take MergeTree, AggregatingMergeTree, or SummingMergeTree without a list of columns, or leave `partition_by` out",
        );
    }
    let own = match clause(tokens, &["PARTITION", "BY"]) {
        None => String::new(),
        Some(tokens) => match expression(tokens) {
            Some(expr) => sql::expr(&expr),
            None => return,
        },
    };
    if own != by.value {
        let help = match own.as_str() {
            "" => "write `partition_by = ()`".into(),
            own => format!("write `partition_by = {own}`"),
        };
        let message = format!("the table of the view `{}` is partitioned by something else", view.name.value);
        diagnostics.error("SH0749", by.span, message, help);
    }
}

fn is_yielded(name: &str, yields: &Yields) -> bool {
    yields.columns.iter().filter_map(|column| column.name.as_deref()).any(|known| {
        // A part of a column stands behind a dot.
        name == known || name.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The tokens of a clause, up to the next one.
fn clause<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    let begins = |at: usize, words: &[&str]| {
        words.iter().enumerate().all(|(index, word)| {
            matches!(tokens.get(at + index), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
        })
    };
    let start = (0..tokens.len()).find(|at| begins(*at, words))? + words.len();
    let end = (start..tokens.len()).find(|at| CLAUSES.iter().any(|words| begins(*at, words)));
    tokens.get(start..end.unwrap_or(tokens.len()))
}

fn expression(tokens: &[Token]) -> Option<Expr> {
    let tokens: Vec<crate::expr::TokenAt<()>> =
        tokens.iter().map(|token| crate::expr::TokenAt { token: token.clone(), at: () }).collect();
    crate::expr::parse(&tokens).ok()
}
