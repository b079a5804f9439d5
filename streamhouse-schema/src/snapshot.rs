//! A version of an event as it is kept in `schemas/<event>/<version>.json`.
//!
//! The file is the event's document ([`crate::document`]); it also says whether it may still change.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::document::{self, Document};
use crate::fingerprint::Fingerprint;
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
    /// It was changed after it was sealed.
    #[error(
        "this snapshot was changed after it was sealed: its checksum is {found}, and it says {sealed}; take it back from version control; what should be otherwise is declared as a new version"
    )]
    Edited {
        /// Of the file.
        found: String,
        /// Of the sealed one.
        sealed: String,
    },
}

const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Read {
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
    #[serde(default)]
    checksum: Option<String>,
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
        let Read { own } = serde_json::from_str(text)?;
        if own.format != FORMAT {
            return Err(SnapshotError::Format { found: own.format });
        }
        if let Some(sealed) = own.checksum {
            // A line that is written otherwise is a change itself.
            let found = Fingerprint::of(without_checksum(text).as_deref().unwrap_or(text)).to_string();
            if found != sealed {
                return Err(SnapshotError::Edited { found, sealed });
            }
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
        own.remove("checksum");
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

/// What stands before the checksum of a file and before its other keys. No other text of a document is as deep and called like
/// it: fields, which may be, are objects.
const CHECKSUM: &str = "\n    \"checksum\": \"";
const OWN: &str = "\n  \"x-streamhouse\": {";

/// A sealed file with the checksum of all else in it, for one to which no migration leads; as it is where it is no file of
/// this form.
pub fn guarded(sealed: &str) -> String {
    let (Some(at), None) = (sealed.find(OWN), without_checksum(sealed)) else { return sealed.to_string() };
    let (before, behind) = sealed.split_at(at + OWN.len());
    format!("{before}{CHECKSUM}{}\",{behind}", Fingerprint::of(sealed))
}

/// Whether a file has a checksum of its own.
pub fn is_guarded(text: &str) -> bool {
    text.contains(CHECKSUM)
}

/// The file without its checksum; `None` where it has none as [`guarded`] writes it.
pub fn without_checksum(text: &str) -> Option<String> {
    let start = text.find(CHECKSUM)?;
    let (before, rest) = text.split_at(start);
    let (_, behind) = rest[CHECKSUM.len()..].split_once("\",")?;
    Some(format!("{before}{behind}"))
}

/// The file of a schema, the same bytes for the same schema and state.
pub fn text(schema: &Schema, state: State) -> String {
    text_with(schema, &Table::of(schema), state)
}

/// As [`text`], of a schema whose table is there already: making it takes time where nobody optimises.
pub fn text_with(schema: &Schema, table: &Table, state: State) -> String {
    let mut document = Document::of(schema, table);
    document.own.state = Some(state);
    document.own.upcasts = schema.upcasts();
    document::pretty(&document) + "\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A version of an event with a field that is called like the checksum.
    fn file() -> String {
        let value = json!({
            "description": "Something happened.",
            "properties": {"checksum": {"type": "string"}, "id": {"type": "integer"}},
            "x-streamhouse": {
                "format": 1, "event": "a.b", "version": 2, "state": "sealed", "fingerprint": "00",
                "columns": [{"name": "checksum", "type": "String"}, {"name": "id", "type": "UInt64"}],
                "layout": Table { name: "a_b".into(), engine: "MergeTree".into(), ..Table::default() },
            },
        });
        document::pretty(&value) + "\n"
    }

    #[test]
    fn a_checksum_changes_nothing_of_what_a_file_says() {
        let (plain, guarded) = (file(), guarded(&file()));
        let mut value: Value = serde_json::from_str(&plain).expect("JSON");
        value["x-streamhouse"]["checksum"] = json!(Fingerprint::of(&plain).to_string());
        assert_eq!(guarded, document::pretty(&value) + "\n", "it stands where the printer writes it");
        assert_eq!(
            Snapshot::read(&guarded).expect("a snapshot"),
            Snapshot::read(&plain).expect("a snapshot")
        );
        assert!(are_same(&guarded, &plain));
        assert_eq!(without_checksum(&guarded), Some(plain.clone()));
        assert_eq!(without_checksum(&plain), None);
        assert_eq!(super::guarded(&guarded), guarded, "once is enough");
        assert_eq!(super::guarded("{}"), "{}");
    }

    #[test]
    fn whatever_is_edited_shows() {
        let text = guarded(&file());
        let line = text.find("\n    \"checksum\": \"").expect("a checksum");
        let is_noticed = |edited: &str| {
            Snapshot::read(edited).expect_err(edited);
        };
        // Any byte that is taken away or exchanged, and white space anywhere. Under another name the checksum is none, and then a
        // migration has to have it.
        let name = line + 6..line + 15;
        for at in (0..text.len()).filter(|at| !name.contains(at)) {
            let (before, behind) = text.split_at(at);
            is_noticed(&format!("{before}{}", &behind[1..]));
            is_noticed(&format!("{before} {behind}"));
            let other = if behind.starts_with('1') { "2" } else { "1" };
            is_noticed(&format!("{before}{other}{}", &behind[1..]));
        }
        is_noticed(&format!("{text}\n"));
        is_noticed(&text.replace('\n', "\r\n"));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        is_noticed(&value.to_string());
        is_noticed(&text.replace("sealed", "draft"));
        // The line elsewhere, or twice.
        let (_, rest) = text[line + 1..].split_once('\n').expect("lines");
        let own = &text[line + 1..text.len() - rest.len()];
        is_noticed(&text.replacen("\n    \"event\"", &format!("\n{own}    \"event\""), 1));
        let moved = text.replacen(own, "", 1).replacen("    \"event\"", &format!("{own}    \"event\""), 1);
        assert!(Snapshot::read(&moved).is_ok(), "the order of keys says nothing, and the rest is as it was");
        let bare = text.replacen(own, "", 1);
        assert!(Snapshot::read(&bare).is_ok() && !is_guarded(&bare), "a migration may have it");
    }
}
