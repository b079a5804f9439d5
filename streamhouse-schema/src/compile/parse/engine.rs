//! `engine = …`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::super::attr::split;
use super::super::declaration::At;
use super::super::tokens::string_of;
use super::container::first_span;
use super::named::name_of;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Name;
use crate::near::nearest;
use crate::schema::{Engine, EngineKind, Form};

/// Each engine and how it is written.
const ENGINES: &[(&str, &str)] = &[
    ("MergeTree", "engine = MergeTree"),
    (
        "ReplacingMergeTree",
        "engine = ReplacingMergeTree(version)` or `engine = ReplacingMergeTree(version, is_deleted)",
    ),
    ("SummingMergeTree", "engine = SummingMergeTree(hits, bytes)"),
    ("AggregatingMergeTree", "engine = AggregatingMergeTree"),
    ("CollapsingMergeTree", "engine = CollapsingMergeTree(sign)"),
    ("VersionedCollapsingMergeTree", "engine = VersionedCollapsingMergeTree(sign, version)"),
    ("CoalescingMergeTree", "engine = CoalescingMergeTree"),
    ("Null", "engine = Null"),
];

/// Reads an engine with its arguments.
pub(super) fn engine(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<At<Engine<Span>>> {
    let place = first_span(&tokens, span);
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let (word, arguments) = match &trees[..] {
        [TokenTree::Ident(word)] => (word.to_string(), TokenStream::new()),
        [TokenTree::Ident(word), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            (word.to_string(), group.stream())
        }
        _ => (tokens.to_string(), TokenStream::new()),
    };
    let (base, form) = match (word.strip_prefix("Replicated"), word.strip_prefix("Shared")) {
        (Some(base), _) => (base, Some(Form::Replicated as fn(_) -> _)),
        (_, Some(base)) => (base, Some(Form::Shared as fn(_) -> _)),
        _ => (word.as_str(), None),
    };
    let known = ENGINES.iter().find(|(name, _)| *name == base && (form.is_none() || base != "Null"));
    let Some((name, example)) = known else {
        let names: Vec<&str> = ENGINES.iter().map(|(name, _)| *name).collect();
        let near = nearest(base, &names);
        let near = near.map(|near| format!("{}{near}", word.strip_suffix(base).unwrap_or_default()));
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write one of {}; all but Null also with `Replicated` or `Shared` before them",
                names.join(", ")
            ),
        };
        let message = format!("the engine `{word}` is not known to this version");
        diagnostics.push(Diagnostic::error("SH0016", place, message, help).replacement(&word, near));
        return None;
    };
    let mut arguments = split(arguments);
    let form = match form {
        None => Form::Plain,
        Some(form) => {
            let text = |part: Option<&Vec<TokenTree>>| match part.map(Vec::as_slice) {
                Some([TokenTree::Literal(literal)]) => string_of(literal),
                _ => None,
            };
            match (text(arguments.first()), text(arguments.get(1))) {
                (Some(path), Some(replica)) => {
                    arguments.drain(..2);
                    form(Some((path, replica)))
                }
                _ => form(None),
            }
        }
    };
    let columns = columns(&arguments);
    let kind = columns.and_then(|columns| kind(name, columns));
    if kind.is_none() {
        let paths = if matches!(form, Form::Plain) {
            ""
        } else {
            "; before the columns may stand the path and the replica, two strings: `(\"/clickhouse/tables/{shard}/events\", \"{replica}\", …)`"
        };
        diagnostics.error(
            "SH0901",
            place,
            format!("these are not the arguments of `{word}`"),
            format!("write `{}`{paths}", example.replace(name, &word)),
        );
    }
    kind.map(|kind| At { value: Engine { kind, form }, span: place })
}

/// The names of columns; several may stand in parentheses of their own, as in SQL.
fn columns(arguments: &[Vec<TokenTree>]) -> Option<Vec<Name<Span>>> {
    if let [only] = arguments
        && let [TokenTree::Group(group)] = &only[..]
        && group.delimiter() == Delimiter::Parenthesis
    {
        return split(group.stream()).iter().map(|part| name_of(part)).collect();
    }
    arguments.iter().map(|part| name_of(part)).collect()
}

fn kind(name: &str, columns: Vec<Name<Span>>) -> Option<EngineKind<Span>> {
    let mut given = columns.clone().into_iter();
    let (first, second) = (given.next(), given.next());
    Some(match (name, columns.len()) {
        ("MergeTree", 0) => EngineKind::MergeTree,
        ("ReplacingMergeTree", 0..=2) => EngineKind::Replacing { version: first, is_deleted: second },
        ("SummingMergeTree", _) => EngineKind::Summing { columns },
        ("AggregatingMergeTree", 0) => EngineKind::Aggregating,
        ("CollapsingMergeTree", 1) => EngineKind::Collapsing { sign: first? },
        ("VersionedCollapsingMergeTree", 2) => {
            EngineKind::VersionedCollapsing { sign: first?, version: second? }
        }
        ("CoalescingMergeTree", _) => EngineKind::Coalescing { columns },
        ("Null", 0) => EngineKind::Null,
        _ => return None,
    })
}
