//! A checked declaration: everything that it says, and nothing of where it said it.

use std::fmt;

use crate::expr::Expr;
use crate::frame_schema::{Delivery, FrameColumn, FrameSchema};
use crate::sql;
use crate::types::Type;

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
    /// The columns, in the order of the fields.
    pub columns: Vec<Column>,
    /// The column that identifies an event.
    pub id: Option<String>,
    /// The column that says when it happened.
    pub timestamp: Option<String>,
    /// How the table is stored.
    pub layout: Layout,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The value of rows that come without one.
    pub default: Option<Expr>,
    /// The chain of codecs; none for the server's own choice.
    pub codec: Vec<Codec>,
    /// The field's doc comment.
    pub comment: String,
}

/// How a table is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// What splits the table into partitions.
    pub partition_by: Option<Expr>,
    /// The sorting key.
    pub order_by: Vec<Expr>,
    /// When rows are deleted.
    pub ttl: Option<Expr>,
    /// Skip indexes.
    pub indexes: Vec<Index>,
    /// Settings of the table.
    pub settings: Vec<(String, Expr)>,
}

/// A skip index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// What is indexed.
    pub expr: Expr,
    /// How.
    pub kind: IndexKind,
    /// How many granules one entry covers.
    pub granularity: u32,
}

/// The type of an index and its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKind {
    /// `minmax`, `set`, …
    pub name: String,
    /// Numbers and strings.
    pub parameters: Vec<Expr>,
}

/// A codec and its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Codec {
    /// `ZSTD`, `Delta`, …
    pub name: String,
    /// Numbers and strings.
    pub parameters: Vec<Expr>,
}

impl fmt::Display for IndexKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_parameters(f, &self.name, &self.parameters)
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_parameters(f, &self.name, &self.parameters)
    }
}

fn with_parameters(f: &mut fmt::Formatter<'_>, name: &str, parameters: &[Expr]) -> fmt::Result {
    match parameters {
        [] => f.write_str(name),
        more => write!(f, "{name}({})", sql::exprs(more)),
    }
}

impl Schema {
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
