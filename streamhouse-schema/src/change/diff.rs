//! Which changes lead from one table to another.

use super::columns::{ColumnChanges, columns, old_column};
use super::parts::parts;
use super::{Change, Conversion, Origins, PartChange};
use crate::expr::Expr;
use crate::table::words::{mentions, renamed};
use crate::table::{DefaultExpr, DefaultKind, Part, Table, View, is_of_statements};

/// Settings that a table keeps for its life (`MergeTreeSettings::isReadonlySetting`).
const FIXED_SETTINGS: &[&str] = &[
    "add_minmax_index_for_numeric_columns",
    "add_minmax_index_for_string_columns",
    "add_minmax_index_for_temporal_columns",
    "disk",
    "enable_mixed_granularity_parts",
    "index_granularity",
    "index_granularity_bytes",
    "table_disk",
];

/// The changes from a table to another of the same event, in an order in which they can be made. `origins` says where columns
/// of the new one come from; a rename of a column that is not there, or to one that was there before, is none.
pub fn diff(before: &Table, after: &Table, origins: &Origins) -> Vec<Change> {
    let (before, after) = (&with_plain_keys(before), &with_plain_keys(after));
    let renames = applicable(before, &origins.renames);
    let origins = Origins { renames: renames.clone(), upcasts: origins.upcasts.clone() };
    let named = with_names(before, &renames);
    let views = views(&named.views, &after.views);
    let reasons = reasons(before, &named, after, &origins);
    let (gone, come): (Vec<Change>, Vec<Change>) = split(views, |change| match change {
        Change::View { before, after } => (
            before.map(|view| Change::View { before: Some(view), after: None }),
            after.map(|view| Change::View { before: None, after: Some(view) }),
        ),
        other => (Some(other), None),
    });
    let mut changes = gone;
    let renamed = before.name != after.name;
    if renamed {
        changes.push(Change::RenameTable { from: before.name.clone(), to: after.name.clone() });
    }
    let columns_changed = named.columns != after.columns || !renames.is_empty();
    if reasons.is_empty() {
        in_place(&named, after, &origins, &mut changes);
    } else {
        let why = format!("`{}` is rebuilt", after.name);
        changes.push(Change::Rebuild { reasons, origins: origins.clone() });
        changes.extend([Change::Pause { why }, Change::Exchange { origins }, Change::Resume]);
    }
    if before.distributed != after.distributed
        || (after.distributed.is_some() && (columns_changed || renamed))
    {
        changes.push(Change::Redistribute);
    }
    changes.extend(come);
    changes
}

/// Parentheses around a key of one expression make no other key.
fn with_plain_keys(table: &Table) -> Table {
    let plain = |text: &mut String| {
        if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'))
            && inner.parse::<Expr>().is_ok()
        {
            *text = inner.to_string();
        }
    };
    let mut table = table.clone();
    table.partition_by.iter_mut().chain(&mut table.sample_by).for_each(plain);
    for key in [&mut table.primary_key, &mut table.order_by].into_iter().flatten() {
        if let [only] = &mut key[..] {
            plain(only);
        }
    }
    table
}

fn applicable(before: &Table, renames: &[(String, String)]) -> Vec<(String, String)> {
    let applies =
        |(from, to): &&(String, String)| before.column(from).is_some() && before.column(to).is_none();
    renames.iter().filter(applies).cloned().collect()
}

/// The table as it is once its columns have their new names.
#[cfg(feature = "compile")]
pub(crate) fn named(before: &Table, renames: &[(String, String)]) -> Table {
    with_names(before, &applicable(before, renames))
}

/// Whether a sorting key only goes on with new columns.
#[cfg(feature = "compile")]
pub(crate) fn extends_key(before: &Table, after: &Table) -> bool {
    extension(before, after).is_some()
}

/// What ALTER can do, one after the other.
fn in_place(before: &Table, after: &Table, origins: &Origins, changes: &mut Vec<Change>) {
    let renames = &origins.renames;
    let (parts_gone, parts_come): (Vec<Change>, Vec<Change>) =
        split(parts(before, after, origins), |change| {
            let halves = |change: PartChange| {
                let PartChange { name, before, after, behind } = change;
                (
                    before.map(|part| PartChange {
                        name: name.clone(),
                        before: Some(part),
                        after: None,
                        behind: behind.clone(),
                    }),
                    after.map(|part| PartChange { name, before: None, after: Some(part), behind }),
                )
            };
            match change {
                Change::Index(change) => {
                    let (gone, come) = halves(change);
                    (gone.map(Change::Index), come.map(Change::Index))
                }
                Change::Projection(change) => {
                    let (gone, come) = halves(change);
                    (gone.map(Change::Projection), come.map(Change::Projection))
                }
                Change::Constraint(change) => {
                    let (gone, come) = halves(change);
                    (gone.map(Change::Constraint), come.map(Change::Constraint))
                }
                other => (Some(other), None),
            }
        });
    changes.extend(parts_gone);
    changes
        .extend(renames.iter().map(|(from, to)| Change::RenameColumn { from: from.clone(), to: to.clone() }));
    let ColumnChanges { mut added, mut changed, derived, dropped, moved } = columns(before, after, origins);
    // What is computed of others is computed as it will be once those change (`sql::alter`).
    let computed = |default: &Option<DefaultExpr>| {
        default.as_ref().is_some_and(|default| default.kind == DefaultKind::Materialized)
    };
    changed.sort_by_key(|change| match change {
        Change::ChangeType { after, .. } => !computed(&after.default),
        Change::ChangeDefault { before, after, .. } => !computed(before) && !computed(after),
        _ => true,
    });
    let extended = extension(before, after).map(|more| {
        let in_key = |column: &(crate::table::Column, Option<String>)| {
            more.iter().any(|item| mentions(item, &column.0.name))
        };
        let (key, mut others): (Vec<_>, Vec<_>) = std::mem::take(&mut added).into_iter().partition(in_key);
        // Those of the key come after the others, and in between.
        for (_, place) in &mut others {
            while let Some((_, before)) = key.iter().find(|(column, _)| Some(&column.name) == place.as_ref())
            {
                place.clone_from(before);
            }
        }
        added = others;
        Change::ExtendKey {
            before: before.order_by.clone().unwrap_or_default(),
            after: after.order_by.clone().unwrap_or_default(),
            columns: key,
        }
    });
    changes.extend(added.into_iter().map(|(column, after)| Change::AddColumn { column, after }));
    changes.extend(extended);
    changes.extend(changed);
    let taken: Vec<Change> = derived.iter().map(taken_over).collect();
    let gone: Vec<Change> = derived.iter().filter_map(replaced).collect();
    changes.extend(derived);
    if !taken.is_empty() {
        changes.push(Change::Pause { why: format!("values of `{}` are made anew", after.name) });
        changes.extend(taken);
        // One that is gone may have been what several are made of.
        changes.extend(gone);
        changes.push(Change::Resume);
    }
    if before.ttl != after.ttl {
        changes.push(Change::ChangeTtl { before: before.ttl.clone(), after: after.ttl.clone() });
    }
    if before.sample_by != after.sample_by {
        changes
            .push(Change::ChangeSample { before: before.sample_by.clone(), after: after.sample_by.clone() });
    }
    changes.extend(settings(before, after));
    if before.comment != after.comment {
        changes.push(Change::ChangeComment { before: before.comment.clone(), after: after.comment.clone() });
    }
    changes.extend(dropped);
    changes.extend(moved);
    changes.extend(parts_come);
}

fn taken_over(derived: &Change) -> Change {
    match derived {
        Change::Derive { column, replaces, .. } => {
            Change::TakeOver { column: column.clone(), replaces: replaces.clone() }
        }
        other => other.clone(),
    }
}

/// The values that others took the place of.
fn replaced(derived: &Change) -> Option<Change> {
    let Change::Derive { replaces: Some(old), .. } = derived else { return None };
    let column = crate::table::Column { name: old_column(&old.name), ..old.clone() };
    Some(Change::DropColumn { column })
}

/// Why no ALTER leads there.
fn reasons(before: &Table, named: &Table, after: &Table, origins: &Origins) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut differs = |what: &str, is_other: bool| {
        if is_other {
            reasons.push(format!("{what} changes"));
        }
    };
    differs("the cluster", before.cluster != after.cluster);
    differs("the engine", named.engine != after.engine);
    differs("the partition key", named.partition_by != after.partition_by);
    differs("a clause written as it is", named.raw != after.raw);
    let extends = extension(named, after).is_some();
    differs("the sorting key", named.order_by != after.order_by && !extends);
    differs("the primary key", primary(named) != primary(after));
    for name in FIXED_SETTINGS {
        differs(&format!("the setting `{name}`"), setting(named, name) != setting(after, name));
    }
    for (from, _) in &origins.renames {
        // Code 524 (ALTER_OF_COLUMN_IS_FORBIDDEN).
        differs(&format!("the name of `{from}`, which is in a key,"), in_key(before, from));
    }
    for column in origins.upcasts.keys().filter(|column| named.column(column).is_some()) {
        // ALTER would let them follow the old values, under their new name.
        differs(&format!("the values of `{column}`, which other parts use,"), is_used(named, column));
    }
    for column in &after.columns {
        let Some(old) = named.column(&column.name) else { continue };
        if origins.upcasts.contains_key(&column.name) {
            continue;
        }
        let rewritten = super::conversion(&old.ty, &column.ty) > Conversion::None;
        differs(
            &format!("the type of `{}`, which is in a key,", column.name),
            rewritten && in_key(named, &column.name),
        );
        // Parts that were there before the column came into the key hold none of it, and would yield the default from now on.
        let comes =
            old.default.is_none() && column.default.as_ref().is_some_and(|default| default.kind.is_stored());
        differs(
            &format!("the default of `{}`, which is in a key,", column.name),
            comes && in_key(named, &column.name),
        );
    }
    reasons
}

/// Whether anything of a table but the column itself is made of a column.
fn is_used(table: &Table, column: &str) -> bool {
    // Projections are made anew.
    let parts = table.indexes.iter().chain(&table.constraints);
    let others = table.columns.iter().filter(|other| other.name != column).flat_map(|other| {
        other.default.iter().filter_map(|default| default.expr.as_deref()).chain(other.ttl.as_deref())
    });
    in_key(table, column)
        || parts
            .map(|part| part.text.as_str())
            .chain(table.ttl.iter().map(String::as_str))
            .chain(others)
            .any(|text| mentions(text, column))
}

/// Whether a key or the engine is made of a column.
pub(crate) fn in_key(table: &Table, column: &str) -> bool {
    let keys = table
        .order_by
        .iter()
        .chain(&table.primary_key)
        .flatten()
        .chain(&table.partition_by)
        .chain(&table.sample_by);
    keys.into_iter().any(|text| mentions(text, column)) || mentions(arguments(&table.engine), column)
}

/// What stands in the parentheses of an engine.
fn arguments(engine: &str) -> &str {
    engine.split_once('(').map_or("", |(_, rest)| rest)
}

/// The primary key: as it is said, else the sorting key.
pub(crate) fn primary(table: &Table) -> Option<&Vec<String>> {
    table.primary_key.as_ref().or(table.order_by.as_ref())
}

/// The new end of a sorting key that goes on with new columns, where the primary key stays what it was.
fn extension(before: &Table, after: &Table) -> Option<Vec<String>> {
    let (old, new) = (before.order_by.as_ref()?, after.order_by.as_ref()?);
    let more = new.strip_prefix(old.as_slice()).filter(|more| !more.is_empty())?;
    let fresh = |item: &String| {
        after.columns.iter().filter(|column| mentions(item, &column.name)).all(|column| {
            // The rows that are there have to have the same value in it.
            before.column(&column.name).is_none() && column.default.is_none()
        })
    };
    (primary(before) == primary(after) && more.iter().all(fresh)).then(|| more.to_vec())
}

fn setting<'a>(table: &'a Table, name: &str) -> Option<&'a String> {
    table.settings.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn settings(before: &Table, after: &Table) -> Vec<Change> {
    let mut names: Vec<&String> =
        before.settings.iter().chain(&after.settings).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| setting(before, name) != setting(after, name) && !is_of_statements(name))
        .map(|name| Change::ChangeSetting {
            name: name.clone(),
            before: setting(before, name).cloned(),
            after: setting(after, name).cloned(),
        })
        .collect()
}

fn views(before: &[View], after: &[View]) -> Vec<Change> {
    let find = |views: &[View], name: &str| views.iter().find(|view| view.name == name).cloned();
    let gone = before.iter().filter(|view| find(after, &view.name).is_none());
    let names: Vec<&String> = gone.chain(after).map(|view| &view.name).collect();
    names
        .into_iter()
        .map(|name| (find(before, name), find(after, name)))
        .filter(|(before, after)| before != after)
        .map(|(before, after)| Change::View { before, after })
        .collect()
}

/// Takes each change apart into what goes before the others and what comes after them.
fn split(
    changes: Vec<Change>,
    halves: impl Fn(Change) -> (Option<Change>, Option<Change>),
) -> (Vec<Change>, Vec<Change>) {
    let (first, second): (Vec<_>, Vec<_>) = changes.into_iter().map(halves).unzip();
    (first.into_iter().flatten().collect(), second.into_iter().flatten().collect())
}

/// The table as the server has it once the columns are renamed: it renames them in expressions too.
fn with_names(table: &Table, names: &[(String, String)]) -> Table {
    if names.is_empty() {
        return table.clone();
    }
    let text = |text: &String| renamed(text, names);
    let texts = |texts: &Vec<String>| texts.iter().map(text).collect::<Vec<_>>();
    let parts = |parts: &[Part]| {
        parts.iter().map(|part| Part { name: part.name.clone(), text: text(&part.text) }).collect::<Vec<_>>()
    };
    let mut table = table.clone();
    for column in &mut table.columns {
        if let Some((_, to)) = names.iter().find(|(from, _)| *from == column.name) {
            column.name.clone_from(to);
        }
        if let Some(default) = &mut column.default {
            default.expr = default.expr.as_ref().map(text);
        }
        column.ttl = column.ttl.as_ref().map(text);
    }
    table.indexes = parts(&table.indexes);
    table.constraints = parts(&table.constraints);
    table.projections = parts(&table.projections);
    table.partition_by = table.partition_by.as_ref().map(text);
    table.primary_key = table.primary_key.as_ref().map(texts);
    table.order_by = table.order_by.as_ref().map(texts);
    table.sample_by = table.sample_by.as_ref().map(text);
    table.ttl = texts(&table.ttl);
    table.engine = match table.engine.split_once('(') {
        Some((name, rest)) => format!("{name}({}", text(&rest.to_string())),
        None => table.engine,
    };
    table
}
