//! Projections: the table once more, in another order or summed up.

use std::fmt;

use crate::expr::{Expr, Name};
use crate::sql;

/// A projection.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection<A = ()> {
    /// Its name.
    pub name: Name<A>,
    /// What it holds.
    pub query: Query<A>,
}

/// What a projection holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Query<A = ()> {
    /// Parts that are understood.
    Parts {
        /// What is selected.
        select: Vec<Selected<A>>,
        /// Which rows are.
        condition: Option<Expr<A>>,
        /// What rows are summed up by.
        group_by: Vec<Expr<A>>,
        /// What they are sorted by.
        order_by: Vec<Expr<A>>,
    },
    /// A text that is written as it is.
    Text(String),
}

/// An element of a selection.
#[derive(Clone, Debug, PartialEq)]
pub enum Selected<A = ()> {
    /// `*`.
    All,
    /// An expression, and the name that it gets.
    Expr(Expr<A>, Option<String>),
}

impl<A> Projection<A> {
    /// The projection without places.
    pub fn strip(self) -> Projection {
        let all = |exprs: Vec<Expr<A>>| exprs.into_iter().map(Expr::strip).collect();
        let query = match self.query {
            Query::Text(text) => Query::Text(text),
            Query::Parts { select, condition, group_by, order_by } => Query::Parts {
                select: select
                    .into_iter()
                    .map(|selected| match selected {
                        Selected::All => Selected::All,
                        Selected::Expr(expr, alias) => Selected::Expr(expr.strip(), alias),
                    })
                    .collect(),
                condition: condition.map(Expr::strip),
                group_by: all(group_by),
                order_by: all(order_by),
            },
        };
        Projection { name: self.name.strip(), query }
    }
}

impl<A> fmt::Display for Query<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (select, condition, group_by, order_by) = match self {
            Query::Text(text) => return f.write_str(text),
            Query::Parts { select, condition, group_by, order_by } => (select, condition, group_by, order_by),
        };
        let selected = |selected: &Selected<A>| match selected {
            Selected::All => "*".to_string(),
            Selected::Expr(expr, None) => sql::expr(expr),
            Selected::Expr(expr, Some(alias)) => format!("{} AS {}", sql::expr(expr), sql::name(alias)),
        };
        write!(f, "SELECT {}", select.iter().map(selected).collect::<Vec<_>>().join(", "))?;
        if let Some(condition) = condition {
            write!(f, " WHERE {}", sql::expr(condition))?;
        }
        if !group_by.is_empty() {
            write!(f, " GROUP BY {}", sql::exprs(group_by))?;
        }
        if !order_by.is_empty() {
            write!(f, " ORDER BY {}", sql::exprs(order_by))?;
        }
        Ok(())
    }
}
