//! What stands beside sums.

use super::{Selection, column, is_aggregate};
use crate::expr::select::{GroupBy, Item};
use crate::expr::{Expr, Literal};

/// How deep names may stand for names.
const MAX_ALIASES: usize = 16;

impl Selection<'_> {
    /// A column that stands beside an aggregate, and is not what rows are summed up by.
    pub(in crate::compile) fn not_summed_up(&self) -> Option<String> {
        let keys: &[Expr] = match &self.select.group_by {
            GroupBy::Keys(keys) => keys,
            GroupBy::Nothing => &[],
            GroupBy::Unknown => return None,
        };
        let items: Vec<(&Expr, Option<&str>)> = self
            .select
            .items
            .iter()
            .filter_map(|item| match item {
                Item::One { expr: Some(expr), name, .. } => Some((expr, name.as_deref())),
                _ => None,
            })
            .collect();
        let sums = items.iter().any(|(expr, _)| has_aggregate(expr));
        if !self.is_plain() || (keys.is_empty() && !sums) {
            return None;
        }
        // A number names an item by its place.
        let by_place = |at: usize| {
            let place = (at + 1).to_string();
            keys.iter()
                .any(|key| matches!(key, Expr::Literal(Literal::Number(digits), ()) if *digits == place))
        };
        items.iter().enumerate().find_map(|(at, (expr, name))| {
            let is_key = name.is_some_and(|name| self.is_key(&column(name), keys)) || by_place(at);
            if is_key { None } else { self.loose(expr, keys, 0) }
        })
    }

    fn is_key(&self, expr: &Expr, keys: &[Expr]) -> bool {
        let resolved = |expr: &Expr| match expr {
            Expr::Column(name) => match self.aliases.get(name.text.as_str()) {
                Some(Some(meant)) => (*meant).clone(),
                _ => column(self.own(&name.text)),
            },
            other => other.clone(),
        };
        keys.iter().any(|key| key == expr || resolved(key) == resolved(expr))
    }

    /// A column outside of aggregates that does not depend on the keys alone.
    fn loose(&self, expr: &Expr, keys: &[Expr], depth: usize) -> Option<String> {
        if depth > MAX_ALIASES || self.is_key(expr, keys) {
            return None;
        }
        let any = |exprs: &[Expr]| exprs.iter().find_map(|one| self.loose(one, keys, depth));
        match expr {
            Expr::Column(name) => match self.aliases.get(name.text.as_str()) {
                Some(Some(meant)) if *meant != expr => self.loose(meant, keys, depth + 1),
                Some(_) => None,
                None if self.declaration.column_type(self.own(&name.text)).is_some() => {
                    Some(name.text.clone())
                }
                None => None,
            },
            Expr::Literal(..) | Expr::Lambda(..) => None,
            Expr::Call { .. } if is_aggregate(expr) => None,
            Expr::Call { arguments, .. } => any(arguments),
            Expr::Unary(_, of) | Expr::Member(of, _) => self.loose(of, keys, depth),
            Expr::Binary(_, left, right) | Expr::Element(left, right) => {
                self.loose(left, keys, depth).or_else(|| self.loose(right, keys, depth))
            }
            Expr::Tuple(items) | Expr::Array(items) => any(items),
        }
    }
}

fn has_aggregate(expr: &Expr) -> bool {
    let mut found = false;
    expr.each(&mut |expr| found |= is_aggregate(expr));
    found
}
