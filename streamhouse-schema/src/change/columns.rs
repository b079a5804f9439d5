//! Changes of columns.

use super::{Change, Origins, conversion};
use crate::table::words::{mentions, renamed};
use crate::table::{Column, Table};

/// What happens to columns, by when it has to happen.
pub(super) struct ColumnChanges {
    /// Columns that are new, in their order.
    pub(super) added: Vec<(Column, Option<String>)>,
    /// What changes in columns that stay.
    pub(super) changed: Vec<Change>,
    /// Columns whose values are made of those of others.
    pub(super) derived: Vec<Change>,
    /// Columns that go.
    pub(super) dropped: Vec<Change>,
    /// Columns that stand elsewhere once the others are gone.
    pub(super) moved: Vec<Change>,
}

/// Compares columns; those of `before` have their new names.
pub(super) fn columns(before: &Table, after: &Table, origins: &Origins) -> ColumnChanges {
    let (mut added, mut derived) = (Vec::new(), Vec::new());
    let mut changed = Vec::new();
    let mut previous = None;
    for column in &after.columns {
        let old = before.column(&column.name);
        if let Some(expr) = origins.upcasts.get(&column.name) {
            derived.push(Change::Derive {
                column: column.clone(),
                after: previous.clone(),
                // Columns have their new names by then.
                expr: renamed(expr, &origins.renames),
                replaces: old.cloned(),
            });
        } else {
            match old {
                None => added.push(column),
                Some(old) => one(old, column, &mut changed),
            }
        }
        previous = Some(column.name.clone());
    }
    let added = placed(before, after, in_turn(added, uses));
    let dropped = before.columns.iter().filter(|column| after.column(&column.name).is_none());
    let dropped = in_turn(dropped.collect(), |column, other| uses(other, column));
    let dropped = dropped.into_iter().map(|column| Change::DropColumn { column: column.clone() }).collect();
    ColumnChanges { moved: moved(before, after, &added, &derived), added, changed, derived, dropped }
}

/// Columns in their order, but each behind those that it waits for.
fn in_turn(mut columns: Vec<&Column>, waits_for: impl Fn(&Column, &Column) -> bool) -> Vec<&Column> {
    let mut sorted = Vec::new();
    while !columns.is_empty() {
        let is_free = |column: &&Column| {
            !columns.iter().any(|other| other.name != column.name && waits_for(column, other))
        };
        // Two that wait for each other have no order.
        let at = columns.iter().position(is_free).unwrap_or(0);
        sorted.push(columns.remove(at));
    }
    sorted
}

/// Whether values of a column, or the time at which they go, are computed of another one.
fn uses(column: &Column, other: &Column) -> bool {
    let default = column.default.as_ref().and_then(|default| default.expr.as_ref());
    default.into_iter().chain(&column.ttl).any(|text| mentions(text, &other.name))
}

/// New columns, each with the one that it comes to stand behind. Those that are made of others come later, in between.
fn placed(before: &Table, after: &Table, added: Vec<&Column>) -> Vec<(Column, Option<String>)> {
    let mut known: Vec<&str> = before.columns.iter().map(|column| column.name.as_str()).collect();
    let mut placed = Vec::new();
    for column in added {
        let in_front = after.columns.iter().take_while(|other| other.name != column.name);
        let place = in_front.filter(|other| known.contains(&other.name.as_str())).last();
        placed.push((column.clone(), place.map(|place| place.name.clone())));
        known.push(&column.name);
    }
    placed
}

/// What changes in one column. Its default goes with its type, where both change: one may not fit without the other.
fn one(before: &Column, after: &Column, changes: &mut Vec<Change>) {
    let column = after.name.clone();
    let default = before.default != after.default;
    if before.ty != after.ty {
        changes.push(Change::ChangeType {
            before: before.clone(),
            after: after.clone(),
            conversion: conversion(&before.ty, &after.ty),
        });
    } else if default {
        changes.push(Change::ChangeDefault {
            column: column.clone(),
            ty: after.ty.clone(),
            before: before.default.clone(),
            after: after.default.clone(),
        });
    }
    if before.comment != after.comment {
        changes.push(Change::ChangeColumnComment {
            column: column.clone(),
            before: before.comment.clone(),
            after: after.comment.clone(),
        });
    }
    if before.codec != after.codec {
        changes.push(Change::ChangeCodec {
            column: column.clone(),
            before: before.codec.clone(),
            after: after.codec.clone(),
        });
    }
    if before.ttl != after.ttl {
        changes.push(Change::ChangeColumnTtl {
            column: column.clone(),
            before: before.ttl.clone(),
            after: after.ttl.clone(),
        });
    }
    if before.settings != after.settings {
        changes.push(Change::ChangeColumnSettings {
            column: column.clone(),
            before: before.settings.clone(),
            after: after.settings.clone(),
        });
    }
    if before.statistics != after.statistics {
        changes.push(Change::ChangeStatistics {
            column,
            before: before.statistics.clone(),
            after: after.statistics.clone(),
        });
    }
}

/// Plays the additions and removals through, and moves what then stands in another place.
fn moved(
    before: &Table,
    after: &Table,
    added: &[(Column, Option<String>)],
    derived: &[Change],
) -> Vec<Change> {
    let mut order: Vec<String> = before.columns.iter().map(|column| column.name.clone()).collect();
    let mut insert = |name: String, place: &Option<String>| {
        let behind = place.as_ref().and_then(|place| order.iter().position(|name| name == place));
        order.insert(behind.map_or(0, |at| at + 1), name);
    };
    for (column, place) in added {
        insert(column.name.clone(), place);
    }
    // One that takes the place of another stands beside it for a while, under another name.
    let beside = |column: &Column| format!("{} ", column.name);
    for change in derived {
        let Change::Derive { column, after: place, replaces, .. } = change else { continue };
        insert(if replaces.is_some() { beside(column) } else { column.name.clone() }, place);
    }
    for change in derived {
        let Change::Derive { column, replaces: Some(_), .. } = change else { continue };
        order.retain(|name| *name != column.name);
        order
            .iter_mut()
            .filter(|name| **name == beside(column))
            .for_each(|name| name.clone_from(&column.name));
    }
    order.retain(|name| after.column(name).is_some());
    let mut moves = Vec::new();
    for (at, column) in after.columns.iter().enumerate() {
        let Some(found) = order.iter().position(|name| *name == column.name) else { continue };
        if found == at {
            continue;
        }
        let before = found.checked_sub(1).map(|found| order[found].clone());
        let name = order.remove(found);
        order.insert(at, name);
        let after = at.checked_sub(1).map(|at| order[at].clone());
        moves.push(Change::MoveColumn { column: column.name.clone(), before, after });
    }
    moves
}

/// The name of a column whose place another one has taken.
pub(crate) fn old_column(column: &str) -> String {
    format!("{column}__old")
}
