//! A schema as a JSON Schema document (2020-12), with what only ClickHouse understands under `x-streamhouse`.
//!
//! `docs/json.md` says which form each type has in JSON. Whoever reads a document back ([`EventDocument`]) holds to the same
//! forms.

mod columns;
mod default;
mod form;
mod print;
mod read;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use columns::ColumnEntry;
pub use form::{EXACT_DIGITS, is_text_key};
pub use print::pretty;
pub use read::{DocumentError, EventDocument, FieldDocument, Filled};

use crate::frame_schema::Delivery;
use crate::migration::State;
use crate::schema::{Schema, Validation};
use crate::table::Table;
use crate::types::Type;

/// The document, the same bytes for the same schema.
pub fn document(schema: &Schema) -> String {
    pretty(&Document::of(schema, &Table::of(schema))) + "\n"
}

/// The document as a value.
pub fn value(schema: &Schema) -> Value {
    // Strings are the only keys, and all numbers are finite.
    serde_json::to_value(Document::of(schema, &Table::of(schema))).unwrap_or_default()
}

/// The document, its fields in the order in which they are written.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "additionalProperties")]
    additional_properties: bool,
    description: &'a str,
    properties: Map<String, Value>,
    required: Vec<String>,
    title: &'a str,
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(rename = "x-streamhouse")]
    pub(crate) own: Own<'a>,
}

/// What only StreamHouse understands.
#[derive(Serialize)]
pub(crate) struct Own<'a> {
    columns: Vec<ColumnEntry<'a>>,
    delivery: Delivery,
    event: &'a str,
    fingerprint: String,
    format: u32,
    id: Option<&'a str>,
    layout: &'a Table,
    /// Of a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    table: &'a str,
    timestamp: Option<&'a str>,
    /// Of a snapshot.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) upcasts: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validate: Option<&'a str>,
    version: u32,
}

impl<'a> Document<'a> {
    /// Of a schema whose table is there already: making it takes time where nobody optimises.
    pub(crate) fn of(schema: &'a Schema, table: &'a Table) -> Self {
        let fields = read::fields(schema);
        let required = fields.iter().filter(|field| field.is_required()).map(|field| field.name.clone());
        Self {
            schema: "https://json-schema.org/draft/2020-12/schema",
            additional_properties: false,
            description: &schema.comment,
            required: required.collect(),
            properties: fields.iter().map(|field| (field.name.clone(), property(field))).collect(),
            title: &schema.event,
            ty: "object",
            own: Own {
                columns: schema.columns.iter().map(ColumnEntry::of).collect(),
                delivery: schema.delivery,
                event: &schema.event,
                fingerprint: schema.frame_schema().fingerprint().to_string(),
                format: 1,
                id: schema.id.as_deref(),
                layout: table,
                state: None,
                table: &schema.table,
                timestamp: schema.timestamp.as_deref(),
                upcasts: BTreeMap::new(),
                validate: schema.validate.as_deref(),
                version: schema.version,
            },
        }
    }
}

/// What JSON holds in the place of a value of a type, where nothing more is said of it.
pub fn value_of_type(ty: &Type) -> Value {
    form::schema(ty, false, &Validation::default())
}

/// What JSON holds in the place of a field.
fn property(field: &FieldDocument) -> Value {
    let mut property = form::schema(&field.ty, field.binary, &field.validation);
    if let Some(property) = property.as_object_mut() {
        if !field.comment.is_empty() {
            property.insert("description".into(), json!(field.comment));
        }
        if let Some(default) = &field.default {
            property.insert("default".into(), default.clone());
        }
    }
    property
}
