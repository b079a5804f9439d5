//! A version of an event as it is kept in `schemas/<event>/<version>.json`.
//!
//! The file is the event's document ([`crate::document`]); it also says whether it may still change.

use serde::Deserialize;
use serde_json::json;

use crate::document;
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
    layout: Table,
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
            table: own.layout,
        })
    }
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
    format!("{value:#}\n")
}
