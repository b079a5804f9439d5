//! Indexes and views, as they are written.

use proc_macro2::Span;

use super::At;
use crate::expr::Expr;
use crate::schema::IndexKind;

/// A skip index.
#[derive(Debug)]
pub struct Index {
    /// Its name.
    pub name: At<String>,
    /// Its type.
    pub kind: At<IndexKind<Span>>,
    /// What is indexed.
    pub expr: Expr<Span>,
    /// It stands in parentheses that it does not need.
    pub wrapped: bool,
    /// How many granules one entry covers.
    pub granularity: Option<u32>,
}

/// A materialized view that the table feeds.
pub struct View {
    /// Its name.
    pub name: At<String>,
    /// Where its rows go.
    pub target: ViewTarget,
    /// The columns, where they are not those of the selection.
    pub columns: Option<At<String>>,
    /// When it is computed anew, where it is not fed by inserts.
    pub refresh: Option<At<String>>,
    /// How its target is partitioned, where the view writes down what it was fed.
    pub partition_by: Option<At<String>>,
    /// The selection.
    pub select: At<String>,
}

/// Where the rows of a view go.
pub enum ViewTarget {
    /// Into a table that is there.
    Table {
        /// Its name.
        table: At<String>,
        /// The struct that declares it, where the view says so.
        declared: Option<syn::Path>,
    },
    /// Into a table of its own, with this engine and its clauses.
    Engine(At<String>),
}
