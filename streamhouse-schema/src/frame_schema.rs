//! What a frame's reader has to know, and no more: the schema that a producer publishes in Redis.
//!
//! The document may come from anybody who can write to Redis, so [`FrameSchema::from_json`] checks all of it and
//! bounds its size. Its format is described in `docs/format.md`.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::types::{Type, TypeError};

/// The version of the document's format.
pub const FORMAT: u32 = 1;
/// The most columns that a published schema may have.
pub const MAX_COLUMNS: usize = 4096;
/// The longest name of an event, a table or a column, in bytes.
pub const MAX_NAME: usize = 255;
/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT: usize = 1 << 20;

/// How often an event may appear in its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Exactly once: the table has a column `_batch` by which an uncertain insert is verified.
    #[default]
    ExactlyOnce,
    /// At least once: no column is added, and a retried insert may double rows.
    AtLeastOnce,
}

/// The columns of an event's frames, and the table that they go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameSchema {
    /// The event's name, such as `ecommerce.order.created`.
    pub event: String,
    /// The version of its declaration, from 1.
    pub version: u32,
    /// The table, without its database: that is the worker's to choose.
    pub table: String,
    /// How often an event may appear.
    pub delivery: Delivery,
    /// The columns in the order of the frame.
    pub columns: Vec<FrameColumn>,
    /// The name of the column that identifies an event.
    pub id: Option<String>,
    /// The name of the column that says when it happened.
    pub timestamp: Option<String>,
}

/// A column of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameColumn {
    /// Its name in the table.
    pub name: String,
    /// The type that the table stores; values travel as [`Type::wire`].
    pub ty: Type,
}

/// Why a published schema cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameSchemaError {
    /// The document is not JSON of the right form.
    #[error("the published schema is not a document of format {FORMAT}: {0}")]
    Document(#[from] serde_json::Error),
    /// The document is of another format, written by a newer version.
    #[error("the published schema has format {found}, this version reads format {FORMAT}: update the worker")]
    Format {
        /// The format found.
        found: u32,
    },
    /// The document or a part of it is larger than any real schema.
    #[error("the published schema is too large: {what} is over {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A name that could not be one.
    #[error("the published schema has an unusable name for {what}: {name:?}")]
    Name {
        /// Of what.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A column's values are no plain ones, so no frame can hold them.
    #[error("column `{column}` of the published schema: values of {ty} do not travel in frames")]
    Travels {
        /// The column.
        column: String,
        /// Its type.
        ty: Type,
    },
    /// A column's type cannot be read.
    #[error("column `{column}` of the published schema: {source}")]
    Type {
        /// The column.
        column: String,
        /// Why.
        source: TypeError,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    event: String,
    version: u32,
    table: String,
    delivery: Delivery,
    columns: Vec<DocumentColumn>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    timestamp: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentColumn {
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

impl FrameSchema {
    /// The fingerprint: it covers everything in the document, through a text of one line a fact (`docs/format.md`).
    pub fn fingerprint(&self) -> Fingerprint {
        let mut text = format!("streamhouse frame schema {FORMAT}\n");
        let delivery = match self.delivery {
            Delivery::ExactlyOnce => "exactly_once",
            Delivery::AtLeastOnce => "at_least_once",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "event {}\nversion {}\ntable {}\ndelivery {delivery}",
            self.event, self.version, self.table
        );
        for column in &self.columns {
            let _ = writeln!(text, "column {} {}", column.name, column.ty);
        }
        for (role, name) in [("id", &self.id), ("timestamp", &self.timestamp)] {
            if let Some(name) = name {
                let _ = writeln!(text, "{role} {name}");
            }
        }
        Fingerprint::of(&text)
    }

    /// The document that is published: compact JSON, the same for the same schema.
    pub fn to_json(&self) -> String {
        let document = Document {
            format: FORMAT,
            event: self.event.clone(),
            version: self.version,
            table: self.table.clone(),
            delivery: self.delivery,
            columns: self
                .columns
                .iter()
                .map(|column| DocumentColumn { name: column.name.clone(), ty: column.ty.to_string() })
                .collect(),
            id: self.id.clone(),
            timestamp: self.timestamp.clone(),
        };
        // Strings and numbers always have a JSON form.
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// Reads and checks a published document.
    pub fn from_json(text: &str) -> Result<Self, FrameSchemaError> {
        if text.len() > MAX_DOCUMENT {
            return Err(FrameSchemaError::TooLarge { what: "the document", limit: MAX_DOCUMENT });
        }
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_str(text)?;
        if format != FORMAT {
            return Err(FrameSchemaError::Format { found: format });
        }
        let document: Document = serde_json::from_str(text)?;
        if document.columns.len() > MAX_COLUMNS {
            return Err(FrameSchemaError::TooLarge { what: "the number of columns", limit: MAX_COLUMNS });
        }
        check_name("the event", &document.event)?;
        check_name("the table", &document.table)?;
        let columns =
            document.columns.into_iter().map(DocumentColumn::check).collect::<Result<Vec<_>, _>>()?;
        let named = |what: &'static str, name: Option<String>| match name {
            Some(name) if columns.iter().any(|column| column.name == name) => Ok(Some(name)),
            Some(name) => Err(FrameSchemaError::Name { what, name }),
            None => Ok(None),
        };
        Ok(Self {
            id: named("the id column", document.id)?,
            timestamp: named("the timestamp column", document.timestamp)?,
            event: document.event,
            version: document.version,
            table: document.table,
            delivery: document.delivery,
            columns,
        })
    }
}

impl DocumentColumn {
    fn check(self) -> Result<FrameColumn, FrameSchemaError> {
        check_name("a column", &self.name)?;
        match self.ty.parse::<Type>() {
            Ok(ty) if ty.obstacle().is_some() => Err(FrameSchemaError::Travels { column: self.name, ty }),
            Ok(ty) => Ok(FrameColumn { name: self.name, ty }),
            Err(source) => Err(FrameSchemaError::Type { column: self.name, source }),
        }
    }
}

/// A name is 1 to [`MAX_NAME`] bytes without control characters: those would make the fingerprint's text ambiguous.
fn check_name(what: &'static str, name: &str) -> Result<(), FrameSchemaError> {
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(FrameSchemaError::Name { what, name: name.to_string() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> FrameSchema {
        let column =
            |name: &str, ty: &str| FrameColumn { name: name.into(), ty: ty.parse().expect("a type") };
        FrameSchema {
            event: "shop.order.placed".into(),
            version: 2,
            table: "shop_order_placed".into(),
            delivery: Delivery::ExactlyOnce,
            columns: vec![column("order_id", "UUID"), column("placed_at", "DateTime64(3, 'UTC')")],
            id: Some("order_id".into()),
            timestamp: Some("placed_at".into()),
        }
    }

    #[test]
    fn document_is_stable_and_reads_back() {
        let json = order().to_json();
        assert_eq!(
            json,
            r#"{"format":1,"event":"shop.order.placed","version":2,"table":"shop_order_placed","delivery":"exactly_once","columns":[{"name":"order_id","type":"UUID"},{"name":"placed_at","type":"DateTime64(3, 'UTC')"}],"id":"order_id","timestamp":"placed_at"}"#
        );
        assert_eq!(FrameSchema::from_json(&json).expect("the same schema"), order());
        // Frozen: a change here orphans every frame that waits in somebody's Redis.
        assert_eq!(order().fingerprint().to_string(), "712f6ed3e0572c3ca5768c2a385827e1");
    }

    #[test]
    fn fingerprint_covers_every_fact() {
        let changes: [fn(&mut FrameSchema); 7] = [
            |s| s.event.push('x'),
            |s| s.version += 1,
            |s| s.table.push('x'),
            |s| s.delivery = Delivery::AtLeastOnce,
            |s| s.columns.swap(0, 1),
            |s| s.columns[0].ty = Type::String,
            |s| s.id = None,
        ];
        for change in changes {
            let mut changed = order();
            change(&mut changed);
            assert_ne!(changed.fingerprint(), order().fingerprint());
        }
    }

    #[test]
    fn refuses_what_nobody_honest_would_publish() {
        let json = order().to_json();
        for (from, to, message) in [
            (r#""format":1"#, r#""format":2"#, "this version reads format 1"),
            (r#""name":"order_id""#, r#""name":"order\nid""#, "unusable name for a column"),
            (r#""id":"order_id""#, r#""id":"other""#, "unusable name for the id column"),
            (r#""type":"UUID""#, r#""type":"UUID) --""#, "column `order_id`"),
            (r#""type":"UUID""#, r#""type":"Array(Dynamic)""#, "values of Array(Dynamic) do not travel"),
            (r#""version":2"#, r#""version":2,"extra":1"#, "unknown field"),
        ] {
            let error = FrameSchema::from_json(&json.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(message), "{error}");
        }
        assert!(FrameSchema::from_json(&" ".repeat(MAX_DOCUMENT + 1)).is_err());
    }
}
