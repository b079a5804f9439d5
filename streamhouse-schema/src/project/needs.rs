//! What a server has to know to accept a table: everything that is younger than the oldest release that a project may name.

use proc_macro2::Span;

use super::{FILE, Project};
use crate::compile::Declaration;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::schema::EngineKind;
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
    for view in declaration.views.iter().filter(|view| view.value.refresh.is_some()) {
        all.push(("the clause", view.span, need("REFRESH", REFRESH)));
    }
    // What was put into the engine after the release that it calls itself is in it nevertheless.
    all.iter_mut().for_each(|(.., need)| need.since = need.since.min(super::ENGINE));
    all
}
