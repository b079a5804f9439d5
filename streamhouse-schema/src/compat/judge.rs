//! Applies the rules to a declaration, and says how to mend each breach.

use std::ops::RangeInclusive;

use proc_macro2::Span;

use super::{Mode, Rule, columns, layout, upcast};
use crate::compile::{Compiled, Declaration, Field};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::migration::State;
use crate::schema::Schema;
use crate::snapshot::{self, Snapshot};
use crate::types::Type;

/// The versions of an event that are kept in `schemas/<event>`.
#[derive(Debug, Default)]
pub struct History {
    versions: Vec<(Snapshot, String)>,
    unreadable: Vec<(String, String)>,
}

impl History {
    /// Takes the text of a file; drafts are none of the past.
    pub fn add(&mut self, file: impl Into<String>, text: String) {
        match Snapshot::read(&text) {
            Ok(snapshot) if snapshot.state == State::Draft => {}
            Ok(snapshot) => {
                self.versions.push((snapshot, text));
                self.versions.sort_by_key(|(snapshot, _)| snapshot.version);
            }
            Err(error) => self.unreadable(file, error.to_string()),
        }
    }

    /// A file that cannot be read, and why.
    pub fn unreadable(&mut self, file: impl Into<String>, why: impl Into<String>) {
        self.unreadable.push((file.into(), why.into()));
    }
}

/// A breach, before it is known whether it is meant.
pub(super) struct Found<'a> {
    pub(super) rule: Rule,
    /// The column that it is about, as it is named in the older version where it is gone.
    pub(super) column: Option<String>,
    /// The field that shows it; where there is none the struct does.
    pub(super) field: Option<&'a Field>,
    /// Where it is seen best.
    pub(super) span: Span,
    /// What has changed.
    pub(super) message: String,
    /// What stands under the token.
    pub(super) label: String,
    /// The ways out that keep the promise.
    pub(super) help: String,
}

/// What a declaration and the versions before it look like together.
pub(super) struct Change<'a> {
    pub(super) declaration: &'a Declaration,
    pub(super) schema: &'a Schema,
    pub(super) before: &'a Snapshot,
}

/// What is wrong with a declaration beside its sealed versions; nothing where none is sealed.
pub fn judge(compiled: &Compiled, history: &History, mode: Mode) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let (declaration, schema) = (&compiled.declaration, &compiled.schema);
    for (file, message) in &history.unreadable {
        diagnostics.error(
            "SH1005",
            declaration.name.span,
            format!("the earlier versions of `{}` are not known: {file}: {message}", schema.event),
            "what changed since then cannot be judged; `streamhouse generate` and the build write these files, and people do not",
        );
    }
    let Some((newest, _)) = history.versions.last() else { return diagnostics };
    if !history.unreadable.is_empty() {
        return diagnostics;
    }
    if let Some((_, text)) = history.versions.iter().find(|(snapshot, _)| snapshot.version == schema.version)
        && newest.version == schema.version
        && snapshot::is_of(text, schema)
    {
        return diagnostics;
    }
    let change = Change { declaration, schema, before: newest };
    if schema.version <= newest.version {
        diagnostics.push(sealed(&change));
    }
    upcast::check(&change, &mut diagnostics);
    renames(&change, &mut diagnostics);
    let mode = declaration.compatibility.as_ref().map_or(mode, |at| at.value);
    let from = if mode.transitive { 0 } else { history.versions.len() - 1 };
    let next = schema.version.max(newest.version + 1);
    let mut found: Vec<Found<'_>> = Vec::new();
    for (before, _) in history.versions[from..].iter().rev() {
        let change = Change { before, ..change };
        let mut one = Vec::new();
        if mode.backward {
            columns::backward(&change, &mut one);
            layout::backward(&change, &mut one);
        }
        if mode.forward {
            columns::forward(&change, &mut one);
        }
        // What was made of older values, or was meant to break, in a version between is so for this one too.
        let since = before.version + 1;
        let made = |column: &String| {
            history
                .versions
                .iter()
                .any(|(version, _)| version.version >= since && version.upcasts.contains_key(column))
        };
        one.retain(|breach| {
            !is_meant(breach, declaration, since..=next) && !breach.column.as_ref().is_some_and(made)
        });
        for breach in one {
            // The newest version that it breaks stands for those before.
            let known = found.iter().any(|other| other.rule == breach.rule && other.column == breach.column);
            if !known {
                found.push(breach);
            }
        }
    }
    for breach in found {
        diagnostics.push(report(breach, next));
    }
    diagnostics
}

/// A version that is sealed has changed; or a later one is sealed already.
fn sealed(change: &Change<'_>) -> Diagnostic {
    let Change { declaration, schema, before } = change;
    let next = before.version + 1;
    let message = if schema.version == before.version {
        format!("`{}` is not what was sealed as version {}", schema.event, schema.version)
    } else {
        format!(
            "this is version {} of `{}`, and version {} is sealed",
            schema.version, schema.event, before.version
        )
    };
    let changes: Vec<String> =
        layout::changes(change).into_iter().map(|what| format!("\n      {what}")).collect();
    let changes = match &changes[..] {
        [] => "what JSON has to hold".to_string(),
        changes => changes.concat(),
    };
    Diagnostic::error(
        "SH1010",
        declaration.version.span,
        message,
        format!("write `version = {next}`, or take the change back: {changes}"),
    )
    .label(format!("needs `version = {next}`"))
}

/// A column that takes the place of another one takes that of one that was there.
fn renames(change: &Change<'_>, diagnostics: &mut Diagnostics) {
    let Change { declaration, before, .. } = change;
    let names: Vec<&str> = before.columns.iter().map(|column| column.name.as_str()).collect();
    for field in &declaration.fields {
        let Some(from) = &field.renamed_from else { continue };
        let was = |name: &str| match &field.ty {
            Type::Nested(_) => names.iter().any(|known| known.starts_with(&format!("{name}."))),
            _ => names.contains(&name),
        };
        if !was(&from.value) && !was(&field.name.value) {
            let near = crate::near::nearest(&from.value, &names);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are {}", names.join(", ")),
            };
            let message = format!("version {} has no column `{}`", before.version, from.value);
            diagnostics.push(Diagnostic::error("SH1025", from.span, message, help));
        }
    }
}

/// Whether the declaration says that it breaks this in one of these versions.
fn is_meant(found: &Found<'_>, declaration: &Declaration, versions: RangeInclusive<u32>) -> bool {
    let on_field = found.field.into_iter().flat_map(|field| &field.breaches);
    let on_field = on_field.filter(|breach| breach.rule == found.rule);
    let on_struct = declaration.breaches.iter().filter(|breach| {
        breach.rule == found.rule
            && match &found.column {
                Some(column) => breach.columns.iter().any(|named| named.value == *column),
                None => true,
            }
    });
    on_field.chain(on_struct).any(|breach| versions.contains(&breach.version.value))
}

fn report(found: Found<'_>, next: u32) -> Diagnostic {
    let rule = found.rule.name();
    let meant = match (&found.column, found.field) {
        (Some(column), None) if !found.rule.is_of_field() => format!("{rule}({column})"),
        _ => rule.to_string(),
    };
    let place = if found.field.is_some() { "on the field" } else { "on the struct" };
    Diagnostic::error(
        found.rule.code(),
        found.span,
        format!("{} ({rule})", found.message),
        format!(
            "{}\n      where it is meant, say so {place}: `breaks({meant}, version = {next}, reason = \"…\")`",
            found.help
        ),
    )
    .label(found.label)
}
