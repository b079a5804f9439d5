//! How a table is stored.

use std::fmt;

use super::{Codec, Engine, EngineKind, Form, Projection, View};
use crate::expr::{Expr, Name};
use crate::sql;

/// How a table is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What becomes of its rows.
    pub engine: Engine,
    /// The cluster on which it is created.
    pub cluster: Option<String>,
    /// What splits the table into partitions.
    pub partition_by: Option<Expr>,
    /// The sorting key.
    pub order_by: Vec<Expr>,
    /// The part of it that is kept in memory, where that is not all of it.
    pub primary_key: Option<Vec<Expr>>,
    /// What a sample is taken by.
    pub sample_by: Option<Expr>,
    /// Which of these stand in parentheses that they do not need: ClickHouse keeps them.
    pub wrapped: Wrapped,
    /// What becomes of rows with time.
    pub ttl: Vec<Ttl>,
    /// Skip indexes.
    pub indexes: Vec<Index>,
    /// Projections.
    pub projections: Vec<Projection>,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Settings of the table.
    pub settings: Vec<(String, Expr)>,
    /// Clauses that are written as they are.
    pub raw: Vec<String>,
    /// The table that spreads rows over a cluster.
    pub distributed: Option<Distributed>,
    /// Views that are fed by the table.
    pub views: Vec<View>,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            engine: Engine { kind: EngineKind::MergeTree, form: Form::Plain },
            cluster: None,
            partition_by: None,
            order_by: Vec::new(),
            primary_key: None,
            sample_by: None,
            wrapped: Wrapped::default(),
            ttl: Vec::new(),
            indexes: Vec::new(),
            projections: Vec::new(),
            constraints: Vec::new(),
            settings: Vec::new(),
            raw: Vec::new(),
            distributed: None,
            views: Vec::new(),
        }
    }
}

/// Keys of one expression that stand in parentheses: `ORDER BY (a)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say all")]
pub struct Wrapped {
    pub partition_by: bool,
    pub order_by: bool,
    pub primary_key: bool,
    pub sample_by: bool,
}

/// What becomes of rows at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Ttl<A = ()> {
    /// The moment.
    pub at: Expr<A>,
    /// What then happens.
    pub action: TtlAction<A>,
}

/// What happens to rows whose time has come.
#[derive(Clone, Debug, PartialEq)]
pub enum TtlAction<A = ()> {
    /// They are deleted, where a condition is given those that meet it.
    Delete(Option<Expr<A>>),
    /// They move to a disk or a volume.
    Move {
        /// A volume, not a disk.
        volume: bool,
        /// A server that has no such place leaves them where they are.
        if_exists: bool,
        /// Its name.
        name: String,
    },
    /// They are compressed another way.
    Recompress(Vec<Codec>),
    /// They become one row for each key.
    GroupBy {
        /// The key, a prefix of the primary key.
        keys: Vec<Expr<A>>,
        /// What the other columns become.
        set: Vec<(Name<A>, Expr<A>)>,
    },
}

impl<A> Ttl<A> {
    /// The element without places.
    pub fn strip(self) -> Ttl {
        let action = match self.action {
            TtlAction::Delete(condition) => TtlAction::Delete(condition.map(Expr::strip)),
            TtlAction::Move { volume, if_exists, name } => TtlAction::Move { volume, if_exists, name },
            TtlAction::Recompress(codecs) => TtlAction::Recompress(codecs),
            TtlAction::GroupBy { keys, set } => TtlAction::GroupBy {
                keys: keys.into_iter().map(Expr::strip).collect(),
                set: set.into_iter().map(|(name, expr)| (name.strip(), expr.strip())).collect(),
            },
        };
        Ttl { at: self.at.strip(), action }
    }
}

impl<A> fmt::Display for Ttl<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sql::expr(&self.at))?;
        match &self.action {
            TtlAction::Delete(None) => Ok(()),
            TtlAction::Delete(Some(condition)) => write!(f, " DELETE WHERE {}", sql::expr(condition)),
            TtlAction::Move { volume, if_exists, name } => {
                let place = if *volume { "VOLUME" } else { "DISK" };
                let condition = if *if_exists { "IF EXISTS " } else { "" };
                write!(f, " TO {place} {condition}{}", sql::string(name))
            }
            TtlAction::Recompress(codecs) => write!(f, " RECOMPRESS {}", sql::codecs(codecs)),
            TtlAction::GroupBy { keys, set } => {
                write!(f, " GROUP BY {}", sql::exprs(keys))?;
                let set: Vec<String> = set
                    .iter()
                    .map(|(name, expr)| format!("{} = {}", sql::name(&name.text), sql::expr(expr)))
                    .collect();
                if set.is_empty() { Ok(()) } else { write!(f, " SET {}", set.join(", ")) }
            }
        }
    }
}

/// A skip index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// What is indexed.
    pub expr: Expr,
    /// The expression stands in parentheses that it does not need: ClickHouse keeps them.
    pub wrapped: bool,
    /// How.
    pub kind: IndexKind,
    /// How many granules one entry covers; the type's own choice where none is given.
    pub granularity: Option<u32>,
}

/// The type of an index and its parameters. `A` says where these stand.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKind<A = ()> {
    /// `minmax`, `set`, …
    pub name: String,
    /// Numbers and strings.
    pub parameters: Vec<Expr<A>>,
}

impl<A> IndexKind<A> {
    /// The type without places.
    pub fn strip(self) -> IndexKind {
        IndexKind { name: self.name, parameters: self.parameters.into_iter().map(Expr::strip).collect() }
    }
}

impl<A> fmt::Display for IndexKind<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameters[..] {
            [] => f.write_str(&self.name),
            more => write!(f, "{}({})", self.name, sql::exprs(more)),
        }
    }
}

/// What holds for every row.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint<A = ()> {
    /// Its name.
    pub name: Name<A>,
    /// The server believes it, and does not look.
    pub assumed: bool,
    /// The condition.
    pub expr: Expr<A>,
}

/// A table that holds no rows and spreads them over the tables of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Distributed<A = ()> {
    /// Its name.
    pub table: Name<A>,
    /// The cluster.
    pub cluster: Name<A>,
    /// Which of its servers a row belongs to.
    pub sharding_key: Option<Expr<A>>,
}
