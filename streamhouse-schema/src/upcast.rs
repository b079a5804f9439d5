//! How a frame of one version becomes rows of the next: which of its columns goes where, and as what.

use crate::frame_schema::FrameColumn;
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::sql;
use crate::table::words::mentions;

/// A step from one version of an event to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcast {
    /// The event.
    pub event: String,
    /// The fingerprint of the older version.
    pub from: String,
    /// The fingerprint of the newer one.
    pub to: String,
    /// The table of the newer one.
    pub table: String,
    /// Columns of the newer version, each with an expression over the columns of the older one.
    pub columns: Vec<Value>,
    /// Columns of the newer version that the older one has nothing for, each with its default, an expression over the columns
    /// of the newer one; the next step may be made of it.
    pub defaults: Vec<Value>,
}

/// A column and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// An expression of ClickHouse.
    pub expr: String,
}

impl Upcast {
    /// The step from a sealed version to a schema.
    pub fn between(before: &Snapshot, after: &Schema) -> Self {
        let (mut columns, mut defaults) = (Vec::new(), Vec::new());
        let was = |name: &str| before.columns.iter().find(|old: &&FrameColumn| old.name == name);
        for column in &after.columns {
            let value = |expr: String| Value { name: column.name.clone(), ty: column.ty.to_string(), expr };
            let from = column.renamed_from.as_deref().filter(|_| was(&column.name).is_none());
            if let Some(upcast) = &column.upcast {
                columns.push(value(sql::expr(upcast)));
            } else if let Some(old) = was(from.unwrap_or(&column.name)) {
                columns.push(value(sql::name(&old.name)));
            } else {
                let default = match &column.default {
                    Some(default) => sql::expr(default),
                    None => format!("defaultValueOfTypeName({})", sql::string(&column.ty.to_string())),
                };
                // What is computed by the table is not there yet.
                if !after.computed.iter().any(|computed| mentions(&default, &computed.name)) {
                    defaults.push(value(default));
                }
            }
        }
        Self {
            event: after.event.clone(),
            from: before.fingerprint.clone(),
            to: after.frame_schema().fingerprint().to_string(),
            table: after.table.clone(),
            columns,
            defaults,
        }
    }

    /// Whether a frame of the older version is one of the newer: the same names, types and table.
    pub fn changes_nothing(&self) -> bool {
        self.from == self.to
    }
}
