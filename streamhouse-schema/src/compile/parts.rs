//! The expressions of a declaration, and what each of them is for.

use proc_macro2::Span;

use super::declaration::Declaration;
use crate::expr::Expr;
use crate::schema::{Query, Selected, TtlAction};

impl Declaration {
    /// All expressions of the table, each with what it is for and where it stands.
    pub fn expressions(&self) -> Vec<(Part, Span, &Expr<Span>)> {
        let mut all = Vec::new();
        all.extend(self.partition_by.iter().map(|at| (Part::PartitionBy, at.span, &at.value)));
        for (part, key) in [(Part::OrderBy, &self.order_by), (Part::PrimaryKey, &self.primary_key)] {
            all.extend(key.iter().flat_map(|at| at.value.iter().map(move |expr| (part, at.span, expr))));
        }
        all.extend(self.sample_by.iter().map(|at| (Part::SampleBy, at.span, &at.value)));
        for ttl in &self.ttl {
            all.push((Part::Ttl, ttl.span, &ttl.value.at));
            match &ttl.value.action {
                TtlAction::Delete(condition) => {
                    all.extend(condition.iter().map(|expr| (Part::Ttl, ttl.span, expr)));
                }
                TtlAction::GroupBy { keys, set } => {
                    all.extend(keys.iter().map(|expr| (Part::Ttl, ttl.span, expr)));
                    all.extend(set.iter().map(|(name, expr)| (Part::TtlSet, name.at, expr)));
                }
                TtlAction::Move { .. } | TtlAction::Recompress(_) => {}
            }
        }
        all.extend(self.indexes.iter().map(|index| (Part::Index, index.kind.span, &index.expr)));
        for projection in &self.projections {
            let Query::Parts { select, condition, group_by, order_by } = &projection.query else { continue };
            let span = projection.name.at;
            all.extend(select.iter().filter_map(|selected| match selected {
                Selected::Expr(expr, _) => Some((Part::Select, span, expr)),
                Selected::All => None,
            }));
            // What a selected expression is called may stand for it.
            let alias = |expr: &&Expr<Span>| {
                matches!(expr, Expr::Column(name) if select.iter().any(
                    |one| matches!(one, Selected::Expr(_, Some(alias)) if *alias == name.text)))
            };
            let plain = condition.iter().chain(group_by).chain(order_by).filter(|expr| !alias(expr));
            all.extend(plain.map(|expr| (Part::Projection, span, expr)));
        }
        for constraint in &self.constraints {
            let part = if constraint.assumed { Part::Assume } else { Part::Check };
            all.push((part, constraint.name.at, &constraint.expr));
        }
        if let Some(distributed) = &self.distributed {
            let key = distributed.sharding_key.iter();
            all.extend(key.map(|expr| (Part::ShardingKey, distributed.table.at, expr)));
        }
        for column in self.columns() {
            all.extend(column.default.map(|at| (Part::Default, at.span, &at.value)));
            all.extend(column.ttl.map(|at| (Part::Ttl, at.span, &at.value)));
        }
        all
    }
}

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say all")]
pub enum Part {
    PartitionBy,
    OrderBy,
    PrimaryKey,
    SampleBy,
    Ttl,
    TtlSet,
    Index,
    Select,
    Projection,
    Check,
    Assume,
    ShardingKey,
    Default,
}

impl Part {
    /// Whether it may sum up many rows.
    pub fn aggregates(self) -> bool {
        matches!(self, Part::TtlSet | Part::Select)
    }

    /// Whether it has to give the same for the same row, today and tomorrow.
    pub fn fixed(self) -> bool {
        !matches!(self, Part::Default | Part::ShardingKey | Part::TtlSet | Part::Select)
    }

    /// Whether it reads rows from the disk, where an `ALIAS` is not.
    pub fn reads_stored(self) -> bool {
        !matches!(self, Part::Default | Part::Index | Part::ShardingKey)
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Part::PartitionBy => "partition_by",
            Part::OrderBy => "order_by",
            Part::PrimaryKey => "primary_key",
            Part::SampleBy => "sample_by",
            Part::Ttl | Part::TtlSet => "ttl",
            Part::Index => "index",
            Part::Select | Part::Projection => "projection",
            Part::Check => "check",
            Part::Assume => "assume",
            Part::ShardingKey => "sharding_key",
            Part::Default => "default",
        })
    }
}
