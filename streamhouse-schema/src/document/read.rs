//! A document read back: what an event is, without its Rust type.

use serde::Deserialize;
use serde_json::{Value, json};

use super::default::default;
use crate::frame_schema::{FrameSchema, FrameSchemaError, MAX_DOCUMENT};
use crate::schema::{Column, Schema, Validation};
use crate::types::{Element, Type};

/// The version of `x-streamhouse`.
const FORMAT: u32 = 1;

/// What an event is: its frames, and the fields that its JSON has.
#[derive(Clone, Debug, PartialEq)]
pub struct EventDocument {
    /// The columns of its frames.
    pub frame: FrameSchema,
    /// The fields, in the order of the columns.
    pub fields: Vec<FieldDocument>,
    /// The path of a Rust function that looks at an event as a whole.
    pub validate: Option<String>,
}

/// A field of an event, as JSON has it.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDocument {
    /// Its name.
    pub name: String,
    /// Its type. Of a Nested this is the whole, which is a column for each element in frames.
    pub ty: Type,
    /// Its doc comment.
    pub comment: String,
    /// The value of events that come without one.
    pub default: Option<Value>,
    /// What is filled in where it is left out.
    pub filled: Option<Filled>,
    /// What its values have to be.
    pub validation: Validation,
    /// Its values say something about a person.
    pub pii: bool,
    /// Strings in it are bytes: in JSON they are base64.
    pub binary: bool,
}

/// What is filled in for a field that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// A UUID of version 7, or its text.
    Id,
    /// The present.
    Now,
}

/// Why a document does not say what an event is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is not JSON, or what is under `x-streamhouse` does not have its form.
    #[error(
        "not the document of an event: {0}; it is the file that `streamhouse generate` writes below `schemas/`"
    )]
    Form(#[from] serde_json::Error),
    /// It is of another format, written by a newer version.
    #[error("the document has format {found}, this version reads format {FORMAT}: update StreamHouse")]
    Format {
        /// The format found.
        found: u32,
    },
    /// It is larger than any real one.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Its columns cannot be those of frames.
    #[error(transparent)]
    Frame(#[from] FrameSchemaError),
    /// Somebody has changed it.
    #[error(
        "the document says that its fingerprint is {found}, and its columns have {expected}: it was edited; write it anew with `streamhouse generate`"
    )]
    Edited {
        /// The fingerprint that it gives.
        found: String,
        /// The one that it has.
        expected: String,
    },
}

#[derive(Deserialize)]
struct Document {
    properties: serde_json::Map<String, Value>,
    #[serde(rename = "x-streamhouse")]
    own: Own,
}

#[derive(Deserialize)]
struct Own {
    format: u32,
    event: Value,
    version: Value,
    fingerprint: String,
    table: Value,
    delivery: Value,
    id: Option<String>,
    timestamp: Option<String>,
    #[serde(default)]
    validate: Option<String>,
    columns: Vec<OwnColumn>,
}

#[derive(Deserialize)]
struct OwnColumn {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    #[serde(default)]
    nested: Option<String>,
    #[serde(default)]
    binary: bool,
    #[serde(default)]
    pii: bool,
    #[serde(default)]
    validate: Validation,
}

impl EventDocument {
    /// What a schema says.
    pub fn of(schema: &Schema) -> Self {
        Self { frame: schema.frame_schema(), fields: fields(schema), validate: schema.validate.clone() }
    }

    /// Reads and checks a document.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        if text.len() > 4 * MAX_DOCUMENT {
            return Err(DocumentError::TooLarge { limit: 4 * MAX_DOCUMENT });
        }
        let Document { properties, own } = serde_json::from_str(text)?;
        if own.format != FORMAT {
            return Err(DocumentError::Format { found: own.format });
        }
        let columns: Vec<Value> =
            own.columns.iter().map(|column| json!({"name": column.name, "type": column.ty})).collect();
        let mut published = json!({
            "format": crate::frame_schema::FORMAT,
            "event": own.event,
            "version": own.version,
            "table": own.table,
            "delivery": own.delivery,
            "columns": columns,
        });
        for (role, name) in [("id", &own.id), ("timestamp", &own.timestamp)] {
            if let Some(name) = name {
                published[role] = json!(name);
            }
        }
        // All that is checked of what is published is checked here too.
        let frame = FrameSchema::from_json(&published.to_string())?;
        let expected = frame.fingerprint().to_string();
        if own.fingerprint != expected {
            return Err(DocumentError::Edited { found: own.fingerprint, expected });
        }
        let mut fields: Vec<FieldDocument> = Vec::new();
        for (column, frame_column) in own.columns.into_iter().zip(&frame.columns) {
            let ty = frame_column.ty.clone();
            if push_element(&mut fields, column.nested.as_deref(), &column.name, &ty) {
                continue;
            }
            let name = column.nested.unwrap_or(column.name);
            let property = properties.get(&name);
            let text = |keyword: &str| property?.get(keyword)?.as_str().map(str::to_string);
            fields.push(FieldDocument {
                comment: text("description").unwrap_or_default(),
                default: property.and_then(|property| property.get("default")).cloned(),
                filled: filled(&name, &ty, column.binary, own.id.as_deref(), own.timestamp.as_deref()),
                ty: nested_or(&name, &frame_column.name, ty),
                name,
                validation: column.validate,
                pii: column.pii,
                binary: column.binary,
            });
        }
        Ok(Self { frame, fields, validate: own.validate })
    }
}

impl FieldDocument {
    /// Whether an event has to have it.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && self.filled.is_none() && !self.ty.is_nullable()
    }
}

/// The fields of a schema: its columns, and one for all elements of a Nested.
pub(super) fn fields(schema: &Schema) -> Vec<FieldDocument> {
    let mut fields: Vec<FieldDocument> = Vec::new();
    for column in &schema.columns {
        if !push_element(&mut fields, column.nested.as_deref(), &column.name, &column.ty) {
            fields.push(field(column, schema));
        }
    }
    fields
}

fn field(column: &Column, schema: &Schema) -> FieldDocument {
    let name = column.nested.as_ref().unwrap_or(&column.name);
    FieldDocument {
        name: name.clone(),
        ty: nested_or(name, &column.name, column.ty.clone()),
        comment: column.comment.clone(),
        default: column.default.as_ref().and_then(|expr| default(expr, &column.ty, column.binary)),
        filled: filled(name, &column.ty, column.binary, schema.id.as_deref(), schema.timestamp.as_deref()),
        validation: column.validation.clone(),
        pii: column.pii,
        binary: column.binary,
    }
}

/// An id is filled in where it is a UUID or a text that may be one, a timestamp always.
fn filled(name: &str, ty: &Type, binary: bool, id: Option<&str>, timestamp: Option<&str>) -> Option<Filled> {
    let id = id == Some(name) && (matches!(ty, Type::Uuid) || (matches!(ty, Type::String) && !binary));
    let timestamp = timestamp == Some(name);
    if id { Some(Filled::Id) } else { timestamp.then_some(Filled::Now) }
}

/// Adds an element to the Nested before it; whether there is such a Nested.
fn push_element(fields: &mut [FieldDocument], nested: Option<&str>, column: &str, ty: &Type) -> bool {
    let (Some(nested), Some(last)) = (nested, fields.last_mut()) else { return false };
    let Type::Nested(elements) = &mut last.ty else { return false };
    if last.name != nested {
        return false;
    }
    elements.extend(element(nested, column, ty));
    true
}

/// The first element of a Nested begins it.
fn nested_or(field: &str, column: &str, ty: Type) -> Type {
    if field == column {
        return ty;
    }
    match element(field, column, &ty) {
        Some(element) => Type::Nested(vec![element]),
        None => ty,
    }
}

fn element(nested: &str, column: &str, ty: &Type) -> Option<Element> {
    let name = column.strip_prefix(nested)?.strip_prefix('.')?;
    let Type::Array(ty) = ty else { return None };
    Some(Element { name: Some(name.to_string()), ty: (**ty).clone() })
}
