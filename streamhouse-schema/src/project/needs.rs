//! What a server has to know to accept a table: everything that is younger than the oldest release that a project may name.

use proc_macro2::Span;

use super::{FILE, Project};
use crate::compile::{At, Declaration, ViewTarget};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::{Token, statement_tokens};
use crate::schema::{EngineKind, Query};
use crate::types::{Aggregate, Type, type_since};
use crate::version::{Need, Version};

/// Since when there is the engine that keeps the last values
/// (<https://clickhouse.com/docs/whats-new/changelog/2025#256>).
const COALESCING: Version = Version::new(25, 6);
/// Types of indexes. `text` and `vector_similarity` have been experiments before
/// (`enable_full_text_index`, `enable_vector_similarity_index` in `system.settings_changes`); `sparse_grams` is new in
/// <https://clickhouse.com/docs/whats-new/changelog/2025#2510>.
const INDEXES: &[(&str, Version)] = &[
    ("sparse_grams", Version::new(25, 10)),
    ("text", Version::new(26, 2)),
    ("vector_similarity", Version::new(25, 8)),
];
/// Since when views are computed anew by themselves (`allow_experimental_refreshable_materialized_view`).
const REFRESH: Version = Version::new(24, 10);

/// What the declaration needs most, and errors where that is more than the project's oldest server has.
pub(crate) fn needs(
    declaration: &Declaration,
    project: &Project,
    diagnostics: &mut Diagnostics,
) -> Option<Need> {
    let all = all(declaration);
    for (kind, span, need) in all.iter().filter(|(.., need)| need.since > project.oldest) {
        let finding = Diagnostic::error(
            "SH0510",
            *span,
            format!(
                "ClickHouse takes {kind} `{}` since {}, and {FILE} says that {} is enough",
                need.what, need.since, project.oldest
            ),
            format!(
                "use what {} has, or write `oldest = \"{}\"` where all servers are as new",
                project.oldest, need.since
            ),
        );
        diagnostics.push(finding.label(format!("since {}", need.since)));
    }
    // The first among equals, so that the answer does not change where another one is added behind it.
    all.into_iter()
        .map(|(.., need)| need)
        .reduce(|first, other| if other.since > first.since { other } else { first })
}

/// The aggregate functions within a type.
fn aggregates(ty: &Type) -> Vec<&Aggregate> {
    let own = match ty {
        Type::AggregateFunction(of) | Type::SimpleAggregateFunction(of) => Some(&**of),
        _ => None,
    };
    own.into_iter().chain(ty.parts().into_iter().flat_map(aggregates)).collect()
}

/// The texts of SQL that are written as they are.
fn texts(declaration: &Declaration) -> Vec<At<String>> {
    let mut all = declaration.raw.clone();
    for view in &declaration.views {
        all.push(view.select.clone());
        all.extend(view.columns.clone());
        if let ViewTarget::Engine(engine) = &view.target {
            all.push(engine.clone());
        }
    }
    all.extend(declaration.projections.iter().filter_map(|one| match &one.query {
        Query::Text(text) => Some(At { value: text.clone(), span: one.name.at }),
        Query::Parts { .. } => None,
    }));
    all
}

/// What is young in a text, word by word: functions that are called, types, engines, types of indexes, and what settings are
/// called. A column of such a name is none of these.
fn within(text: &str) -> Vec<(&'static str, Need)> {
    let Ok(tokens) = statement_tokens(text) else { return Vec::new() };
    let mut all: Vec<(&'static str, Need)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let before: Vec<String> = tokens[at.saturating_sub(2)..at].iter().map(word_of).collect();
        let last = before.last().map_or("", String::as_str);
        let next = tokens.get(at + 1);
        let found = if last.eq_ignore_ascii_case("TYPE") {
            INDEXES.iter().find(|(name, _)| name == word).map(|(_, since)| ("the index", *since))
        } else if next == Some(&Token::Symbol("("))
            && let Some(since) = engine::function(word).and_then(|known| engine::function_since(known.name))
        {
            Some(("the function", since))
        } else if next == Some(&Token::Symbol("="))
            && let Some(since) = engine::setting_since(word)
        {
            Some(("the setting", since))
        } else if word.ends_with("CoalescingMergeTree") {
            Some(("the engine", COALESCING))
        } else if is_type(&before, next) {
            type_since(word).map(|since| ("the type", since))
        } else {
            None
        };
        if let Some((kind, since)) = found
            && all.iter().all(|(_, earlier)| earlier.what != *word)
        {
            all.push((kind, Need { what: word.clone(), since }));
        }
    }
    all
}

/// A word, a name or a symbol as it is written.
fn word_of(token: &Token) -> String {
    match token {
        Token::Word(text) | Token::Quoted(text) => text.clone(),
        Token::Symbol(symbol) => (*symbol).to_string(),
        Token::Number(_) | Token::Text(_) => String::new(),
    }
}

/// Whether a type stands there: behind `::`, at the end of a `CAST`, within another type, or behind the name of a column.
fn is_type(before: &[String], next: Option<&Token>) -> bool {
    let ends = matches!(next, None | Some(Token::Symbol("(" | ")" | ",")));
    match before {
        [.., last] if last == "::" => true,
        [.., last] if last.eq_ignore_ascii_case("AS") => matches!(next, Some(Token::Symbol("(" | ")"))),
        [outer, last] if last == "(" => engine::data_types().any(|known| known == outer),
        [.., last] => ends && last.starts_with(|c: char| c.is_alphabetic() || c == '_'),
        [] => false,
    }
}

/// Everything young, with what it is and where it stands.
fn all(declaration: &Declaration) -> Vec<(&'static str, Span, Need)> {
    let mut all = Vec::new();
    let need = |what: &str, since| Need { what: what.to_string(), since };
    if let EngineKind::Coalescing { .. } = declaration.engine.value.kind {
        all.push((
            "the engine",
            declaration.engine.span,
            need(declaration.engine.value.kind.name(), COALESCING),
        ));
    }
    for column in declaration.columns() {
        for of in aggregates(column.ty) {
            let since = engine::function(&of.function).and_then(|known| engine::function_since(known.name));
            all.extend(since.map(|since| ("the function", column.ty_span, need(&of.function, since))));
        }
        all.extend(column.ty.need().map(|need| ("the type", column.ty_span, need)));
    }
    for index in &declaration.indexes {
        let young = INDEXES.iter().find(|(name, _)| *name == index.kind.value.name);
        all.extend(young.map(|(name, since)| ("the index", index.kind.span, need(name, *since))));
    }
    for (_, _, expr) in declaration.expressions() {
        for name in expr.functions() {
            let since = engine::function(&name.text).and_then(|known| engine::function_since(known.name));
            all.extend(since.map(|since| ("the function", name.at, need(&name.text, since))));
        }
    }
    for (name, _) in &declaration.settings {
        let since = engine::setting_since(&name.value);
        all.extend(since.map(|since| ("the setting", name.span, need(&name.value, since))));
    }
    for refresh in declaration.views.iter().filter_map(|view| view.refresh.as_ref()) {
        all.push(("the clause", refresh.span, need("REFRESH", REFRESH)));
    }
    for text in texts(declaration) {
        all.extend(within(&text.value).into_iter().map(|(kind, need)| (kind, text.span, need)));
    }
    // What was put into the engine after the release that it calls itself is in it nevertheless.
    all.iter_mut().for_each(|(.., need)| need.since = need.since.min(super::ENGINE));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_word_by_word() {
        for (text, expected) in [
            (
                "SELECT toTime64(at, 3) AS t, x::JSON AS j, CAST(y AS Time) AS z FROM a",
                &["the function toTime64 25.6", "the type JSON 25.3", "the type Time 25.12"][..],
            ),
            ("SELECT toTime(at) AS Time, JSON, now() AS Dynamic FROM a", &[]),
            ("INDEX words body TYPE text(tokenizer = 'splitByNonAlpha')", &["the index text 26.2"]),
            (
                "CoalescingMergeTree ORDER BY a SETTINGS default_compression_codec = 'ZSTD'",
                &["the engine CoalescingMergeTree 25.6", "the setting default_compression_codec 25.4"],
            ),
            (
                "day Date, opens Array(Time64(3)), `any` Dynamic",
                &["the type Time64 25.12", "the type Dynamic 25.3"],
            ),
            ("SELECT count() AS toTime64 FROM a", &[]),
        ] {
            let found: Vec<String> = within(text)
                .into_iter()
                .map(|(kind, need)| format!("{kind} {} {}", need.what, need.since))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
