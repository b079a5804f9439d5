//! Columns: those that frames bring, and those that the server computes.

use std::fmt;

use super::Validation;
use crate::expr::Expr;
use crate::sql;
use crate::table::DefaultKind;
use crate::types::Type;

/// A column that a frame brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The value of rows that come without one.
    pub default: Option<Expr>,
    /// It is there for other columns to be computed from, and is not stored (`EPHEMERAL`).
    pub ephemeral: bool,
    /// The chain of codecs; none for the server's own choice.
    pub codec: Vec<Codec>,
    /// When its values fall back to the default.
    pub ttl: Option<Expr>,
    /// Settings of the column.
    pub settings: Vec<(String, Expr)>,
    /// What the server keeps to estimate conditions by: `tdigest`, `uniq`, …
    pub statistics: Vec<String>,
    /// Its name in earlier versions.
    pub renamed_from: Option<String>,
    /// What its values are made of where they are of the version before.
    pub upcast: Option<Expr>,
    /// The field's doc comment.
    pub comment: String,
    /// What its values have to be.
    pub validation: Validation,
    /// Its values say something about a person, and are not shown in messages.
    pub pii: bool,
    /// Strings in it are any bytes, not text: in JSON they are base64.
    pub binary: bool,
    /// The Nested that it is an element of, where it is one.
    pub nested: Option<String>,
}

/// A column that no frame brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// When it is computed.
    pub kind: ComputedKind,
    /// What it is computed from; nothing where only views fill it.
    pub expr: Option<Expr>,
    /// The chain of codecs.
    pub codec: Vec<Codec>,
    /// When its values fall back to what is computed.
    pub ttl: Option<Expr>,
    /// What it says.
    pub comment: String,
    /// Where it stands.
    pub place: Place,
}

/// Where a computed column stands among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all others.
    First,
    /// Behind this one.
    Behind(String),
    /// Behind all columns of frames.
    Last,
}

/// When a column is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputedKind {
    /// On insert, and `SELECT *` shows it (`DEFAULT`).
    Default,
    /// On insert, and `SELECT *` does not show it (`MATERIALIZED`).
    Materialized,
    /// When it is read; it is not stored (`ALIAS`).
    Alias,
    /// Never: views write it, or whoever else inserts.
    Filled,
}

impl ComputedKind {
    /// What it is in ClickHouse; nothing where it is a plain column.
    pub fn default_kind(self) -> Option<DefaultKind> {
        match self {
            ComputedKind::Default => Some(DefaultKind::Default),
            ComputedKind::Materialized => Some(DefaultKind::Materialized),
            ComputedKind::Alias => Some(DefaultKind::Alias),
            ComputedKind::Filled => None,
        }
    }
}

/// A codec and its parameters. `A` says where these stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Codec<A = ()> {
    /// `ZSTD`, `Delta`, …
    pub name: String,
    /// Numbers and strings.
    pub parameters: Vec<Expr<A>>,
}

impl<A> Codec<A> {
    /// The codec without places.
    pub fn strip(self) -> Codec {
        Codec { name: self.name, parameters: self.parameters.into_iter().map(Expr::strip).collect() }
    }
}

impl<A> fmt::Display for Codec<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameters[..] {
            [] => f.write_str(&self.name),
            more => write!(f, "{}({})", self.name, sql::exprs(more)),
        }
    }
}
