//! Events as JSON: documents are JSON Schema, and JSON that follows one is the same event.

#![recursion_limit = "256"]

mod document;
mod events;
mod refused;
mod same;

use streamhouse::DynamicSchema;
use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::Schema;

/// The schema of an event of these files, from its source.
fn schema(name: &str) -> Schema {
    let file = syn::parse_file(include_str!("events.rs")).expect("Rust");
    let item = file.items.into_iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    });
    match compile(&item.expect("the struct").into()) {
        Ok(compiled) => compiled.schema,
        Err(rejected) => panic!("{:?}", rejected.diagnostics),
    }
}

/// Its document.
fn document_of(name: &str) -> serde_json::Value {
    serde_json::from_str(&streamhouse_schema::document::document(&schema(name))).expect("JSON")
}

/// What is made of its document.
fn dynamic(name: &str) -> DynamicSchema {
    DynamicSchema::from_json(&streamhouse_schema::document::document(&schema(name))).expect("a schema")
}
