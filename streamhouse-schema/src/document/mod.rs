//! A schema as a JSON Schema document (2020-12), with what only ClickHouse understands under `x-streamhouse`.
//!
//! `docs/json.md` says which form each type has in JSON. Whoever reads a document back ([`EventDocument`]) holds to the same
//! forms.

mod columns;
mod default;
mod form;
mod print;
mod read;

use serde_json::{Map, Value, json};

pub use form::{EXACT_DIGITS, is_text_key};
pub use print::pretty;
pub use read::{DocumentError, EventDocument, FieldDocument, Filled};

use crate::schema::{Schema, Validation};
use crate::table::Table;
use crate::types::Type;

/// The document, the same bytes for the same schema.
pub fn document(schema: &Schema) -> String {
    pretty(&value(schema)) + "\n"
}

/// The document as a value.
pub fn value(schema: &Schema) -> Value {
    value_with(schema, &Table::of(schema))
}

/// As [`value`], of a schema whose table is there already.
pub(crate) fn value_with(schema: &Schema, table: &Table) -> Value {
    let fields = read::fields(schema);
    let mut properties = Map::new();
    for field in &fields {
        properties.insert(field.name.clone(), property(field));
    }
    let required: Vec<&String> =
        fields.iter().filter(|field| field.is_required()).map(|field| &field.name).collect();
    let columns: Vec<Value> = schema.columns.iter().map(columns::column_entry).collect();
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.event,
        "description": schema.comment,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "x-streamhouse": {
            "format": 1,
            "event": schema.event,
            "version": schema.version,
            "fingerprint": schema.frame_schema().fingerprint().to_string(),
            "table": schema.table,
            "delivery": schema.delivery,
            "id": schema.id,
            "timestamp": schema.timestamp,
            "columns": columns,
            "layout": table,
        },
    });
    if let Some(path) = &schema.validate {
        document["x-streamhouse"]["validate"] = json!(path);
    }
    document
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
