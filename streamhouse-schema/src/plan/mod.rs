//! How a table becomes another: `(before, after) → changes → plan`.

mod judge;
mod render;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::change::{Change, Origins, diff};
use crate::sql;
use crate::table::Table;

/// What a step does to the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// Nothing: it is done at once.
    Safe,
    /// It reads and writes them, or a part of them, in the background; none changes.
    Rewrite,
    /// Values or rows go, or may change.
    Destructive,
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What changes.
    pub change: Change,
    /// What it does, a sentence.
    pub what: String,
    /// What it does to the rows that are there.
    pub safety: Safety,
    /// The statements, in their order.
    pub statements: Vec<String>,
}

/// Steps that lead from one table to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In their order.
    pub steps: Vec<Step>,
    /// The steps that lead back, or why there are none: a sentence each.
    pub back: Result<Vec<Step>, Vec<String>>,
}

impl Plan {
    /// The plan that creates a table.
    pub fn create(table: &Table) -> Self {
        let (nothing, create) = (Table::default(), Change::CreateTable);
        let back = Step::of(table, &nothing, Change::DropTable);
        Self { steps: vec![Step::of(&nothing, table, create)], back: Ok(vec![back]) }
    }

    /// The plan from a table to another. `origins` says where columns come from.
    pub fn between(before: &Table, after: &Table, origins: &Origins) -> Self {
        let steps = steps(before, after, origins);
        let reasons: Vec<String> = steps
            .iter()
            .filter_map(|step| Some(format!("{} {}", step.what, judge::loss(before, after, &step.change)?)))
            .collect();
        let back =
            if reasons.is_empty() { Ok(self::steps(after, before, &origins.back())) } else { Err(reasons) };
        Self { steps, back }
    }

    /// The same, with a step for frames of the version before: where workers pause, they find it when they go on.
    pub fn with_frames(mut self, statement: String, back: String) -> Self {
        let step = |what: &str, statement| Step {
            change: Change::Resume,
            what: what.into(),
            safety: Safety::Safe,
            statements: vec![statement],
        };
        let resume = self.steps.iter().rposition(|step| step.change == Change::Resume);
        let frames =
            step("Says how frames of the version before are inserted, which may wait still.", statement);
        self.steps.insert(resume.unwrap_or(self.steps.len()), frames);
        if let Ok(steps) = &mut self.back {
            let resume = steps.iter().rposition(|step| step.change == Change::Resume);
            steps.insert(
                resume.unwrap_or(steps.len()),
                step("Frames of the version before are inserted as they are.", back),
            );
        }
        self
    }

    /// The worst that it does to rows.
    pub fn safety(&self) -> Safety {
        self.steps.iter().map(|step| step.safety).max().unwrap_or(Safety::Safe)
    }

    /// Whether nothing has to be done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

fn steps(before: &Table, after: &Table, origins: &Origins) -> Vec<Step> {
    diff(before, after, origins).into_iter().map(|change| Step::of(before, after, change)).collect()
}

impl Step {
    fn of(before: &Table, after: &Table, change: Change) -> Self {
        let mut statements = sql::alter(before, after, &change);
        statements.extend(sql::materialize(after, &change));
        let loses = judge::loss(before, after, &change).is_some();
        let safety = if loses { Safety::Destructive } else { judge::safety(&change) };
        Self { what: judge::what(before, after, &change), safety, statements, change }
    }
}

impl Step {
    /// The only column that it rewrites, where there is just one.
    pub fn column(&self) -> Option<&str> {
        match &self.change {
            Change::ChangeType { after, .. } => Some(&after.name),
            Change::ChangeColumnTtl { column, .. } | Change::ChangeDefault { column, .. } => Some(column),
            Change::AddColumn { column, .. } => Some(&column.name),
            _ => None,
        }
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Safety::Safe => "safe",
            Safety::Rewrite => "rewrite",
            Safety::Destructive => "destructive",
        })
    }
}
