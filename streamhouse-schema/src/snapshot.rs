//! A version of an event as it is kept in `schemas/<event>/<version>.json`.
//!
//! The file is the event's document ([`crate::document`]); it also says whether it may still change.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::document;
use crate::frame_schema::FrameColumn;
use crate::migration::State;
use crate::schema::Schema;
use crate::table::Table;

/// What a snapshot tells those that come after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The event.
    pub event: String,
    /// The version of its declaration.
    pub version: u32,
    /// Whether it may still change.
    pub state: State,
    /// Names the columns of its frames.
    pub fingerprint: String,
    /// The columns of its frames.
    pub columns: Vec<FrameColumn>,
    /// What values were made of where they came from the version before; by column.
    pub upcasts: BTreeMap<String, String>,
    /// The table.
    pub table: Table,
}

/// Why a file is no snapshot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is not JSON of the right form.
    #[error(
        "this is no snapshot of an event: {0}; snapshots are written by the tool and not by hand: take it back from version control, or remove it if it was never sealed"
    )]
    Document(#[from] serde_json::Error),
    /// A column has a type that is not known.
    #[error(
        "the column `{column}` of this snapshot has the type {ty}, which this version does not know: update it, or take the file back from version control if it was edited"
    )]
    Type {
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// It was written by a newer version.
    #[error("this snapshot has format {found}, and this version reads format {FORMAT}: update it")]
    Format {
        /// The format found.
        found: u32,
    },
}

const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "x-streamhouse")]
    own: Own,
}

#[derive(Deserialize)]
struct Own {
    format: u32,
    event: String,
    version: u32,
    #[serde(default)]
    state: Option<State>,
    fingerprint: String,
    columns: Vec<Named>,
    #[serde(default)]
    upcasts: BTreeMap<String, String>,
    layout: Table,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

impl Snapshot {
    /// Reads a file.
    pub fn read(text: &str) -> Result<Self, SnapshotError> {
        let Document { own } = serde_json::from_str(text)?;
        if own.format != FORMAT {
            return Err(SnapshotError::Format { found: own.format });
        }
        Ok(Self {
            event: own.event,
            version: own.version,
            state: own.state.unwrap_or(State::Draft),
            fingerprint: own.fingerprint,
            columns: own.columns.into_iter().map(column).collect::<Result<_, _>>()?,
            upcasts: own.upcasts,
            table: own.layout,
        })
    }
}

fn column(Named { name, ty }: Named) -> Result<FrameColumn, SnapshotError> {
    match ty.parse() {
        Ok(ty) => Ok(FrameColumn { name, ty }),
        Err(_) => Err(SnapshotError::Type { column: name, ty }),
    }
}

/// Whether a file that is sealed is what a schema says; of what led there only the migration tells.
pub fn is_of(text: &str, schema: &Schema) -> bool {
    declared(text).is_some_and(|found| found == document::value(schema))
}

/// Whether two files say the same of an event, whatever is sealed and whatever led there.
pub fn are_same(text: &str, other: &str) -> bool {
    let (one, other) = (declared(text), declared(other));
    one.is_some() && one == other
}

/// What a file says of an event itself.
fn declared(text: &str) -> Option<Value> {
    let mut found: Value = serde_json::from_str(text).ok()?;
    if let Some(own) = found["x-streamhouse"].as_object_mut() {
        own.remove("state");
        own.remove("upcasts");
    }
    Some(found)
}

/// The line that says that a file is a draft; nothing else of a document is as deep and called like it.
const DRAFT: &str = "\n    \"state\": \"draft\"";
const SEALED: &str = "\n    \"state\": \"sealed\"";

/// The file of a draft, sealed; `None` where the text is that of no draft.
pub fn sealed(draft: &str) -> Option<String> {
    draft.contains(DRAFT).then(|| draft.replacen(DRAFT, SEALED, 1))
}

/// The file of a schema, the same bytes for the same schema and state.
pub fn text(schema: &Schema, state: State) -> String {
    let mut value = document::value(schema);
    value["x-streamhouse"]["state"] = json!(state);
    let upcasts = schema.upcasts();
    if !upcasts.is_empty() {
        value["x-streamhouse"]["upcasts"] = json!(upcasts);
    }
    document::pretty(&value) + "\n"
}
