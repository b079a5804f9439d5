//! Materialized views that an event feeds.

/// A materialized view.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Where its rows go.
    pub target: Target,
    /// The columns, where they are not those of the selection: `day Date, hits UInt64`.
    pub columns: Option<String>,
    /// When it is computed anew, where it is not fed by inserts: `EVERY 1 HOUR`.
    pub refresh: Option<String>,
    /// The selection.
    pub select: String,
}

/// Where the rows of a view go.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Into a table that is there.
    Table(String),
    /// Into a table of its own, with this engine and its clauses.
    Engine(String),
}
