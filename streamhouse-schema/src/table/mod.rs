//! A table as its CREATE statement says it, each part a text of its own.
//!
//! Between a [`Schema`](crate::schema::Schema), which understands its expressions, and SQL. What a snapshot holds, what
//! a server says of a table, and what a declaration wants meet in this form and are compared part by part.

mod engine;
mod of;
mod read;
pub(crate) mod words;

use std::fmt;

use crate::expr::Expr;
pub use engine::EngineWords;
pub(crate) use read::arguments;
pub use read::{Created, ReadError, created, pieces};
use serde::{Deserialize, Serialize};
pub use words::reading;

/// Settings of queries that let a type be, and that a table may have with its own. A server takes them out of the statement, and
/// does not keep them with the table.
const OF_STATEMENTS: &[&str] = &["allow_suspicious_low_cardinality_types"];

/// Whether a setting is one of statements, which the table does not keep.
pub fn is_of_statements(setting: &str) -> bool {
    OF_STATEMENTS.contains(&setting)
}

/// A table and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// Its name, without a database.
    pub name: String,
    /// The cluster on which it is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// Skip indexes: `status TYPE set(100) GRANULARITY 4`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Part>,
    /// Projections: `SELECT … ORDER BY …`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projections: Vec<Part>,
    /// Constraints: `CHECK amount > 0`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Part>,
    /// The engine with its arguments.
    pub engine: String,
    /// The partition key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// The primary key, where it is not the whole sorting key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Vec<String>>,
    /// The sorting key; none for an engine that keeps no rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_by: Option<Vec<String>>,
    /// What a sample is taken by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_by: Option<String>,
    /// What becomes of rows with time: `created_at + toIntervalDay(365)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ttl: Vec<String>,
    /// Clauses that are written as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<String>,
    /// Names and values of settings, in the order of the declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
    /// The table that spreads it over a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distributed: Option<Distributed>,
    /// Materialized views that it feeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<View>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as ClickHouse prints it.
    #[serde(rename = "type")]
    pub ty: String,
    /// Where its values come from, unless only from inserts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultExpr>,
    /// What it says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The chain of codecs: `Delta(8), ZSTD(1)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// What the server keeps to estimate conditions by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statistics: Vec<String>,
    /// When its values fall back to the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// Settings of the column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
}

/// What gives a column its values where an insert does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultExpr {
    /// When.
    pub kind: DefaultKind,
    /// From what; only an EPHEMERAL column may go without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expr: Option<String>,
}

/// When a default is computed (<https://clickhouse.com/docs/sql-reference/statements/create/table#default_values>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DefaultKind {
    /// On insert, of rows that come without a value.
    Default,
    /// On insert, of all rows; `SELECT *` does not show it.
    Materialized,
    /// When it is read; it is not stored.
    Alias,
    /// On insert, and only other columns see it; it is not stored.
    Ephemeral,
}

/// Something with a name, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// What stands behind the name.
    pub text: String,
}

/// A table that holds no rows and spreads them over a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distributed {
    /// Its name.
    pub name: String,
    /// The cluster.
    pub cluster: String,
    /// Which of its servers a row belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sharding_key: Option<String>,
}

/// A materialized view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: String,
    /// The table that it writes into.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
    /// The engine of a table of its own, with its clauses.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    /// Its columns, where they are not those of the selection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub columns: Option<String>,
    /// When it is computed anew, where it is not fed by inserts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refresh: Option<String>,
    /// The selection.
    pub select: String,
}

impl Table {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl View {
    /// Whether its selection names a table.
    pub fn reads(&self, table: &str) -> bool {
        words::mentions(&self.select, table)
    }
}

impl DefaultKind {
    /// The word of ClickHouse.
    pub fn word(self) -> &'static str {
        match self {
            DefaultKind::Default => "DEFAULT",
            DefaultKind::Materialized => "MATERIALIZED",
            DefaultKind::Alias => "ALIAS",
            DefaultKind::Ephemeral => "EPHEMERAL",
        }
    }

    /// Whether rows of the table hold a value.
    pub fn is_stored(self) -> bool {
        matches!(self, DefaultKind::Default | DefaultKind::Materialized)
    }
}

impl DefaultExpr {
    /// Whether it is a value that is written out, the same whenever and beside whatever it is computed.
    pub fn is_literal(&self) -> bool {
        self.expr.as_ref().is_none_or(|expr| expr.parse().is_ok_and(|expr| is_literal(&expr)))
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..) => true,
        Expr::Unary(_, of) => is_literal(of),
        Expr::Tuple(items) | Expr::Array(items) => items.iter().all(is_literal),
        // Conversions of a value, and neither `today()` nor `now()`.
        Expr::Call { function, arguments, .. } => {
            let is_conversion =
                function.text.strip_prefix("to").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            (is_conversion || ["CAST", "map"].contains(&function.text.as_str()))
                && arguments.iter().all(is_literal)
        }
        _ => false,
    }
}

impl fmt::Display for DefaultExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.word())?;
        match &self.expr {
            Some(expr) => write!(f, " {expr}"),
            None => Ok(()),
        }
    }
}
