//! A declaration written from a table that a server has.
//!
//! `tokens` turns SQL into Rust tokens, `types` finds a Rust type for each column, `nested` puts together what is one, `names` makes names that Rust takes,
//! `clauses` writes what stands on the struct.

mod clauses;
mod names;
mod nested;
mod tokens;
mod types;

use streamhouse_schema::compile::compile_for;
use streamhouse_schema::diagnostic::{Diagnostic, Severity};
use streamhouse_schema::project::Project;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::table::{Column, DefaultKind, EngineWords, Table};
use streamhouse_schema::types::Type;

use crate::items::declarations;
use names::{camel, field_name};
use tokens::{attribute, string, value};
use types::{Field, Helpers};

/// A declaration as Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The table.
    pub table: String,
    /// The event's name.
    pub event: String,
    /// The items: the event, and types that its fields have.
    pub rust: String,
    /// What could not be said, a sentence each; the declaration has it as comments.
    pub notes: Vec<String>,
}

/// The column in which StreamHouse keeps what batch brought a row.
const BATCH: &str = "_batch";
const WINDOW: &str = "non_replicated_deduplication_window";

/// Writes the declaration of a table, as a server prints it.
pub fn import(table: &Table) -> Imported {
    let mut notes = Vec::new();
    let event = names::event(&table.name);
    let ident = camel(&event);
    let mut helpers = Helpers::of(&ident);
    let (mut fields, mut computed) = (String::new(), Vec::new());
    let mut behind: Option<String> = None;
    let exactly_once = exactly_once(table);
    let of_events: Vec<&Column> = table.columns.iter().filter(|column| column.name != BATCH).collect();
    if !exactly_once && table.column(BATCH).is_some() {
        notes.push(format!("`{BATCH}`, which only events have that are delivered exactly once"));
    }
    if exactly_once && forgets(table) {
        notes.push(format!("it forgets inserts that are repeated: the declaration sets `{WINDOW}`"));
    }
    for column in table.columns.iter().filter(|column| column.comment.trim() != column.comment) {
        notes.push(format!("the spaces around the comment of `{}`", column.name));
    }
    for column in &nested::grouped(&of_events, &mut notes) {
        if is_computed(column) {
            computed.push(computed_column(column, behind.as_deref(), &mut notes));
        } else {
            match field(column, &mut helpers, &mut notes) {
                Some(text) => fields.push_str(&text),
                // No field has it, so views fill it, or the server.
                None if !is_ephemeral(column) => {
                    computed.push(computed_column(column, behind.as_deref(), &mut notes))
                }
                None => {
                    notes.push(format!(
                        "`{}` is {}, which no field has: it is left out",
                        column.name, column.ty
                    ));
                    continue;
                }
            }
        }
        behind = Some(column.name.clone());
    }
    let asked = asked_for(table);
    let mut clauses = clauses::of(table, &asked, &event, exactly_once, &mut notes);
    let at = clauses.iter().position(|clause| clause.starts_with("index(")).unwrap_or(clauses.len());
    clauses.splice(at..at, computed);
    let mut rust = String::new();
    for note in &notes {
        rust.push_str(&format!("// Not said: {}\n", note.replace('\n', " ")));
    }
    rust.push_str(&doc(&table.comment, ""));
    rust.push_str("#[derive(StreamSchema)]\n#[stream(\n");
    for clause in clauses {
        rust.push_str(&format!("    {clause},\n"));
    }
    rust.push_str(&format!(")]\npub struct {ident} {{\n{fields}}}\n"));
    rust.push_str(&helpers.items);
    Imported { table: table.name.clone(), event, rust, notes }
}

/// Declarations as a file.
pub fn module(declarations: &[Imported]) -> String {
    let has = |text: &str| declarations.iter().any(|one| one.rust.contains(text));
    let uses = if has("derive(StreamType)") { "{StreamSchema, StreamType}" } else { "StreamSchema" };
    let items: Vec<&str> = declarations.iter().map(|one| one.rust.as_str()).collect();
    format!("use streamhouse::{uses};\n\n{}", items.join("\n"))
}

/// The schema of a declaration as it was written here; or what is wrong with it, a sentence each.
pub fn declared(rust: &str) -> Result<Schema, Vec<String>> {
    let file = syn::parse_file(rust).map_err(|error| vec![format!("this is not Rust: {error}")])?;
    let Some(declaration) = declarations(&file).into_iter().next() else {
        return Err(vec!["there is no declaration".into()]);
    };
    match compile_for(&declaration, &Project::default()) {
        Ok(compiled) => Ok(compiled.schema),
        Err(rejected) => {
            let message = |one: &Diagnostic| format!("{} [{}]", one.message, one.code);
            let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
            Err(rejected.diagnostics.iter().filter(is_error).map(message).collect())
        }
    }
}

/// Whether the table is one of exactly-once delivery: it has the column of batches, and an engine that counts them.
fn exactly_once(table: &Table) -> bool {
    let engine = EngineWords::of(&table.engine);
    let counts = matches!(engine.plain.split('(').next(), Some("MergeTree" | "ReplacingMergeTree"));
    counts
        && table.column(BATCH).is_some_and(|column| {
            column.ty == "UInt64"
                && column.default.as_ref().is_some_and(|default| default.kind == DefaultKind::Materialized)
        })
}

/// The table forgets inserts that are repeated.
fn forgets(table: &Table) -> bool {
    let is_set = |(name, value): &(String, String)| name == WINDOW && value != "0";
    EngineWords::of(&table.engine).form.is_empty() && !table.settings.iter().any(is_set)
}

/// What had to be asked for when the table was created, and is not kept with it.
fn asked_for(table: &Table) -> Vec<(String, String)> {
    let types = table.columns.iter().filter_map(|column| column.ty.parse::<Type>().ok());
    let is_unusual = |ty: &Type| {
        matches!(ty, Type::LowCardinality(inner)
            if !matches!(inner.inner(), Type::String | Type::FixedString(_) | Type::Uuid))
    };
    match types.into_iter().any(|ty| ty.any(&is_unusual)) {
        true => vec![("allow_suspicious_low_cardinality_types".into(), "1".into())],
        false => Vec::new(),
    }
}

fn is_computed(column: &Column) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|default| matches!(default.kind, DefaultKind::Materialized | DefaultKind::Alias))
}

fn is_ephemeral(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|default| default.kind == DefaultKind::Ephemeral)
}

/// A field with its attributes; nothing where no field has the type.
fn field(column: &Column, helpers: &mut Helpers, notes: &mut Vec<String>) -> Option<String> {
    let ty: Type = column.ty.parse().ok()?;
    let Field { rust, mut attributes } = helpers.field(&column.name, &ty)?;
    let (name, rename) = field_name(&column.name);
    attributes.extend(rename.map(|column| format!("rename = {}", string(column))));
    if let Some(default) = &column.default {
        if default.kind == DefaultKind::Ephemeral {
            attributes.push("ephemeral".into());
        }
        attributes.extend(default.expr.as_deref().map(|expr| format!("default = {}", tokens::within(expr))));
    }
    attributes.extend(codec(column, notes));
    attributes.extend(column.ttl.as_deref().map(|ttl| format!("ttl = {}", attribute(ttl))));
    if !column.statistics.is_empty() {
        attributes.push(format!("statistics({})", column.statistics.join(", ")));
    }
    attributes.extend(clauses::settings(&column.settings));
    let mut text = doc(&column.comment, "    ");
    if !attributes.is_empty() {
        text.push_str(&format!("    #[stream({})]\n", attributes.join(", ")));
    }
    text.push_str(&format!("    pub {name}: {rust},\n"));
    Some(text)
}

fn codec(column: &Column, notes: &mut Vec<String>) -> Option<String> {
    let codec = column.codec.as_deref()?;
    let tokens = value(codec).map(|codec| format!("codec({codec})"));
    if tokens.is_none() {
        notes.push(format!("the codec of `{}`, {codec}", column.name));
    }
    tokens
}

/// `column(name: Type = expression, …)`, or `column(name: Type, filled)` where it is computed from nothing.
fn computed_column(column: &Column, behind: Option<&str>, notes: &mut Vec<String>) -> String {
    let default = column.default.as_ref();
    let expr = default.and_then(|default| default.expr.as_deref());
    let expr = expr.map(|expr| format!(" = {}", tokens::within(expr))).unwrap_or_default();
    let word = match default.map(|default| default.kind) {
        Some(DefaultKind::Alias) => "alias",
        Some(DefaultKind::Materialized) => "materialized",
        Some(_) => "default",
        None => "filled",
    };
    let mut parts =
        vec![format!("{}: {}{expr}", tokens::name(&column.name), string(&column.ty)), word.to_string()];
    parts.push(behind.map_or_else(|| "first".into(), |behind| format!("after = {}", tokens::name(behind))));
    parts.extend(codec(column, notes));
    parts.extend(column.ttl.as_deref().map(|ttl| format!("ttl = {}", attribute(ttl))));
    if !column.comment.is_empty() {
        parts.push(format!("comment = {}", string(&column.comment)));
    }
    if !column.statistics.is_empty() || !column.settings.is_empty() {
        notes.push(format!("statistics and settings of `{}`, which the server computes", column.name));
    }
    format!("column({})", parts.join(", "))
}

/// What somebody says of a table or a column.
fn doc(comment: &str, indent: &str) -> String {
    let plain = comment.lines().all(|line| line.trim() == line && !line.starts_with('/'));
    if comment.is_empty() {
        return String::new();
    }
    if !plain || comment.trim() != comment {
        return format!("{indent}#[doc = {}]\n", string(comment));
    }
    let line = |line: &str| format!("{indent}///{}{line}\n", if line.is_empty() { "" } else { " " });
    comment.lines().map(line).collect()
}
