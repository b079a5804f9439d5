//! Texts of SQL that are not understood as a whole: read word by word, so that what is certainly wrong is said.

use proc_macro2::Span;

use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::expr::{Token, statement_tokens};
use crate::near::nearest;

/// Words that may stand before a parenthesis and are no functions.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANTI",
    "ANY",
    "APPLY",
    "AS",
    "ASOF",
    "BETWEEN",
    "BY",
    "CASE",
    "COLUMNS",
    "CROSS",
    "CUBE",
    "DISTINCT",
    "ELSE",
    "EXCEPT",
    "EXISTS",
    "FILTER",
    "FINAL",
    "FROM",
    "FULL",
    "GLOBAL",
    "GROUPING",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PREWHERE",
    "QUALIFY",
    "RANGE",
    "REPLACE",
    "RIGHT",
    "ROLLUP",
    "ROWS",
    "SAMPLE",
    "SELECT",
    "SEMI",
    "SET",
    "SETS",
    "SETTINGS",
    "THEN",
    "TO",
    "TOTALS",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

/// A text is whole: quotes and brackets are closed, and it holds no second statement.
pub(in crate::compile) fn sql_text(text: &str, span: Span, diagnostics: &mut Diagnostics) {
    if let Err(message) = read(text) {
        diagnostics.error(
            "SH0024",
            span,
            format!("in this SQL text: {message}"),
            "write one clause or one selection, with its quotes and brackets closed and without a semicolon",
        );
    }
}

/// A selection is whole, begins as one, and calls functions that there are.
pub(in crate::compile) fn select_text(text: &str, span: Span, diagnostics: &mut Diagnostics) {
    let tokens = match read(text) {
        Ok(tokens) => tokens,
        Err(_) => return sql_text(text, span, diagnostics),
    };
    let starts = matches!(tokens.first(), Some(Token::Word(word)) if ["SELECT", "WITH"].contains(&word.to_uppercase().as_str()));
    if !starts {
        diagnostics.error(
            "SH0741",
            span,
            "the text is no selection",
            "it begins with SELECT, or with WITH: \"SELECT toDate(at) AS day, count() AS events FROM … GROUP BY day\"",
        );
    }
    for (at, pair) in tokens.windows(2).enumerate() {
        let [Token::Word(word), Token::Symbol("(")] = pair else { continue };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        // A table function, a type of a cast, or a name that a `WITH` gives.
        let other = match before {
            Some(Token::Word(before)) => ["FROM", "JOIN", "AS"].contains(&before.to_uppercase().as_str()),
            Some(Token::Symbol(symbol)) => *symbol == "::",
            _ => false,
        };
        if other
            || KEYWORDS.contains(&word.to_uppercase().as_str())
            || engine::function(word).is_some()
            || engine::data_types().any(|known| known == word)
        {
            continue;
        }
        let known: Vec<&str> = engine::functions().map(|known| known.name).collect();
        let help = match nearest(word, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "see <https://clickhouse.com/docs/sql-reference/functions>".into(),
        };
        diagnostics.error("SH0409", span, format!("ClickHouse has no function `{word}`"), help);
    }
}

/// Whether a selection reads a table: behind FROM or JOIN, perhaps after other tables, perhaps in a database. `None` where
/// the text cannot be read.
pub(super) fn reads(text: &str, table: &str) -> Option<bool> {
    let tokens = read(text).ok()?;
    let mut from = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let behind = match before {
            Some(Token::Word(word)) => ["FROM", "JOIN"].contains(&word.to_uppercase().as_str()),
            Some(Token::Symbol(symbol)) => from && [",", "."].contains(symbol),
            _ => false,
        };
        match token {
            Token::Word(name) | Token::Quoted(name) if behind && name == table => return Some(true),
            Token::Word(word) if word.eq_ignore_ascii_case("FROM") => from = true,
            _ => {}
        }
    }
    Some(false)
}

/// The names in a text; `None` where it cannot be read.
pub(super) fn names_in(text: &str) -> Option<Vec<String>> {
    let tokens = read(text).ok()?;
    let name = |token| match token {
        Token::Word(name) | Token::Quoted(name) => Some(name),
        _ => None,
    };
    Some(tokens.into_iter().filter_map(name).collect())
}

fn read(text: &str) -> Result<Vec<Token>, String> {
    let tokens = statement_tokens(text).map_err(|error| error.to_string())?;
    let mut open: Vec<&str> = Vec::new();
    for token in &tokens {
        let Token::Symbol(symbol) = token else { continue };
        match *symbol {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" if open.pop() != Some(symbol) => {
                return Err(format!("`{symbol}` closes nothing"));
            }
            ";" => return Err("`;` ends a statement".into()),
            _ => {}
        }
    }
    match open.last() {
        Some(missing) => Err(format!("`{missing}` is missing")),
        None if tokens.is_empty() => Err("it is empty".into()),
        None => Ok(tokens),
    }
}
