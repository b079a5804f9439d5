//! A checked declaration: everything that it says, and nothing of where it said it.

mod column;
mod engine;
mod layout;
mod projection;
mod validation;
mod view;

pub use column::{Codec, Column, Computed, ComputedKind, Place};
pub use engine::{Engine, EngineKind, Form};
pub use layout::{Constraint, Distributed, Index, IndexKind, Layout, Ttl, TtlAction, Wrapped};
pub use projection::{Projection, Query, Selected};
pub use validation::{Length, Rule, Validation};
pub use view::{Target, View};

use std::collections::BTreeMap;

use crate::change::Origins;
use crate::frame_schema::{Delivery, FrameColumn, FrameSchema};
use crate::sql;

/// The schema of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The event's name.
    pub event: String,
    /// The version of the declaration.
    pub version: u32,
    /// The table, without its database.
    pub table: String,
    /// The struct's doc comment.
    pub comment: String,
    /// How often an event may appear.
    pub delivery: Delivery,
    /// The columns that frames bring, in the order of the fields.
    pub columns: Vec<Column>,
    /// The columns that the server computes.
    pub computed: Vec<Computed>,
    /// The column that identifies an event.
    pub id: Option<String>,
    /// The column that says when it happened.
    pub timestamp: Option<String>,
    /// The path of a Rust function that looks at an event as a whole.
    pub validate: Option<String>,
    /// How the table is stored.
    pub layout: Layout,
}

impl Schema {
    /// Columns that had another name in earlier versions, `(from, to)`.
    pub fn renames(&self) -> Vec<(String, String)> {
        let renamed = |column: &Column| Some((column.renamed_from.clone()?, column.name.clone()));
        self.columns.iter().filter_map(renamed).collect()
    }

    /// Where the columns of this version come from.
    pub fn origins(&self) -> Origins {
        Origins { renames: self.renames(), upcasts: self.upcasts() }
    }

    /// What values are made of where they are of the version before, by column.
    pub fn upcasts(&self) -> BTreeMap<String, String> {
        let upcast = |column: &Column| Some((column.name.clone(), sql::expr(column.upcast.as_ref()?)));
        self.columns.iter().filter_map(upcast).collect()
    }

    /// What is published in Redis.
    pub fn frame_schema(&self) -> FrameSchema {
        let column = |column: &Column| FrameColumn { name: column.name.clone(), ty: column.ty.clone() };
        FrameSchema {
            event: self.event.clone(),
            version: self.version,
            table: self.table.clone(),
            delivery: self.delivery,
            columns: self.columns.iter().map(column).collect(),
            id: self.id.clone(),
            timestamp: self.timestamp.clone(),
        }
    }
}
