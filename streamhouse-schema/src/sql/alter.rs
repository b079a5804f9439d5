//! `ALTER TABLE`, and what else a change takes.

use super::column::column;
use super::create::{create_view, distributed, drop_table, drop_view};
use super::frames::seam;
use super::rebuild;
use super::table::{key, on_cluster};
use super::{name, settings, string};
use crate::change::{Change, PartChange, in_key, is_computed, is_unsettled, old_column};
use crate::table::words::mentions;
use crate::table::{Column, DefaultExpr, DefaultKind, Table, is_of_statements};
use crate::types::Type;

/// Settings that keep a server from merging: what is larger than a byte, and what has come to its end.
const HELD: [(&str, u32); 2] =
    [("max_bytes_to_merge_at_max_space_in_pool", 1), ("max_number_of_merges_with_ttl_in_pool", 0)];

/// The statements that make a change, in their order. `before` and `after` are the tables that it leads from and to.
/// An ALTER may be run again where it was run before, but for REMOVE, which the server then refuses with code 36.
pub fn alter(before: &Table, after: &Table, change: &Change) -> Vec<String> {
    let (table_before, wanted) = (before, after);
    let asked = asked(after);
    let table = |action: String| {
        vec![format!("ALTER TABLE {}{} {action}{asked}", name(&after.name), on_cluster(after))]
    };
    let modify = |column: &str, what: String| table(format!("MODIFY COLUMN {} {what}", name(column)));
    match change {
        Change::CreateTable => super::create_all(after),
        Change::DropTable => super::drop_all(before),
        Change::RenameTable { from, to } => {
            vec![format!("RENAME TABLE {} TO {}{}", name(from), name(to), on_cluster(after))]
        }
        Change::AddColumn { column, after: place } => {
            let mut statements = table(add(column, place.as_deref()));
            // What is computed anew at every look would change with what it is computed of.
            if is_computed(column) {
                statements.extend(settle(wanted, column));
            }
            statements
        }
        Change::DropColumn { column } => table(format!("DROP COLUMN IF EXISTS {}", name(&column.name))),
        Change::RenameColumn { from, to } => {
            unmerged(after, table(format!("RENAME COLUMN IF EXISTS {} TO {}", name(from), name(to))))
        }
        Change::ChangeType { before, after, .. } => {
            // A default that goes may not fit the new type.
            let gone = before.default.as_ref().filter(|_| after.default.is_none());
            let unsettled = is_unsettled(before, after);
            let mut statements = Vec::new();
            if unsettled {
                statements.extend(settle_stored(table_before, wanted, before));
            }
            statements.extend(gone.iter().flat_map(|default| modify(&after.name, remove(default))));
            // What a NULL becomes has to be said, and is then forgotten.
            let filled = loses_null(&before.ty, &after.ty) && after.default.is_none();
            let default = match &after.default {
                Some(default) => format!(" {default}"),
                None if filled => format!(" DEFAULT defaultValueOfTypeName({})", string(&after.ty)),
                None => String::new(),
            };
            statements.extend(modify(&after.name, format!("{}{default}", after.ty)));
            if filled {
                statements.extend(modify(&after.name, "REMOVE DEFAULT".into()));
            }
            statements
        }
        Change::ChangeDefault { column, ty, before, after: default } => {
            let with = |default: &Option<DefaultExpr>| Column {
                name: column.clone(),
                ty: ty.clone(),
                default: default.clone(),
                ..Column::default()
            };
            let (old, new) = (with(before), with(default));
            let mut statements = Vec::new();
            if is_unsettled(&old, &new) {
                statements.extend(settle_stored(table_before, wanted, &old));
            }
            statements.extend(match (before, default) {
                (_, Some(default)) => modify(column, format!("{ty} {default}")),
                (Some(default), None) => modify(column, remove(default)),
                (None, None) => Vec::new(),
            });
            statements
        }
        Change::ChangeColumnComment { column, after, .. } => {
            table(format!("COMMENT COLUMN {} {}", name(column), string(after)))
        }
        Change::ChangeCodec { column, after, .. } => match after {
            Some(codec) => modify(column, format!("CODEC({codec})")),
            None => modify(column, "REMOVE CODEC".into()),
        },
        Change::ChangeColumnTtl { column, after, .. } => match after {
            Some(ttl) => modify(column, format!("TTL {ttl}")),
            None => modify(column, "REMOVE TTL".into()),
        },
        Change::ChangeColumnSettings { column, before, after } => {
            let gone: Vec<&str> = before
                .iter()
                .filter(|(key, _)| !after.iter().any(|(other, _)| other == key))
                .map(|(key, _)| key.as_str())
                .collect();
            let mut statements = Vec::new();
            if !gone.is_empty() {
                statements.extend(modify(column, format!("RESET SETTING {}", gone.join(", "))));
            }
            if !after.is_empty() {
                statements.extend(modify(column, format!("MODIFY SETTING {}", settings(after))));
            }
            statements
        }
        Change::ChangeStatistics { column, before, after } => {
            let column = name(column);
            match (before.is_empty(), after.is_empty()) {
                (_, true) => table(format!("DROP STATISTICS IF EXISTS {column}")),
                (true, false) => {
                    table(format!("ADD STATISTICS IF NOT EXISTS {column} TYPE {}", after.join(", ")))
                }
                (false, false) => table(format!("MODIFY STATISTICS {column} TYPE {}", after.join(", "))),
            }
        }
        Change::MoveColumn { column, after: place, .. } => {
            let ty = after.column(column).map(|column| column.ty.clone()).unwrap_or_default();
            modify(column, format!("{ty} {}", behind(place.as_deref())))
        }
        Change::Index(change) => part(after, "INDEX", change, |text| text.to_string()),
        Change::Projection(change) => part(after, "PROJECTION", change, |text| format!("({text})")),
        Change::Constraint(change) => part(after, "CONSTRAINT", change, |text| text.to_string()),
        Change::ChangeTtl { after, .. } => match &after[..] {
            [] => table("REMOVE TTL".into()),
            elements => table(format!("MODIFY TTL {}", elements.join(", "))),
        },
        Change::ChangeSetting { name: setting, after, .. } => match after {
            Some(value) => table(format!("MODIFY SETTING {} = {value}", name(setting))),
            None => table(format!("RESET SETTING {}", name(setting))),
        },
        Change::ChangeComment { after, .. } => table(format!("MODIFY COMMENT {}", string(after))),
        Change::ExtendKey { after, columns, .. } => {
            let mut actions: Vec<String> =
                columns.iter().map(|(column, place)| add(column, place.as_deref())).collect();
            actions.push(format!("MODIFY ORDER BY {}", key(after)));
            table(actions.join(", "))
        }
        Change::ChangeSample { after, .. } => match after {
            Some(sample) => table(format!("MODIFY SAMPLE BY {sample}")),
            None => table("REMOVE SAMPLE BY".into()),
        },
        Change::View { before, after: view } => {
            let mut statements: Vec<String> =
                before.iter().map(|view| drop_view(after, &view.name)).collect();
            statements.extend(view.iter().map(|view| create_view(after, view)));
            statements
        }
        Change::Redistribute => {
            let mut statements: Vec<String> =
                before.distributed.iter().map(|spread| drop_table(after, &spread.name)).collect();
            statements.extend(after.distributed.iter().map(|spread| distributed(after, spread)));
            statements
        }
        Change::Derive { column, after, expr, replaces } => {
            let mut new = column.clone();
            new.default = Some(DefaultExpr { kind: DefaultKind::Default, expr: Some(expr.clone()) });
            if replaces.is_some() {
                new.name = new_name(&column.name);
            }
            let mut statements = table(add(&new, after.as_deref()));
            statements.extend(table(format!("MATERIALIZE COLUMN {}", name(&new.name))));
            statements
        }
        Change::TakeOver { column, replaces } => {
            let mut statements = Vec::new();
            let old = name(&old_column(&column.name));
            let own = name(&column.name);
            if replaces.is_some() {
                let new = name(&new_name(&column.name));
                // Both in one ALTER confuse the statistics that a server keeps of columns (code 49 in 26.7).
                let mut renames = table(format!("RENAME COLUMN IF EXISTS {own} TO {old}"));
                renames.extend(table(format!("RENAME COLUMN IF EXISTS {new} TO {own}")));
                statements.extend(unmerged(after, renames));
            }
            statements.extend(match &column.default {
                Some(default) => modify(&column.name, format!("{} {default}", column.ty)),
                None => modify(&column.name, "REMOVE DEFAULT".into()),
            });
            statements
        }
        Change::Pause { why } => vec![seam(&after.name, true, why)],
        Change::Resume => vec![seam(&after.name, false, "")],
        Change::Rebuild { origins, .. } => rebuild::copy(before, after, origins),
        Change::Exchange { origins } => rebuild::exchange(before, after, origins),
    }
}

/// Renames while nothing is merged: a merge that begins at the same moment looks for the new name in parts that have the old one,
/// and writes defaults instead of the values (<https://github.com/ClickHouse/ClickHouse/issues/80648>; half of the renames in a table
/// whose TTLs are due). A mutation that changes nothing waits for the merges that have begun. Replicas take one after the other.
fn unmerged(table: &Table, renames: Vec<String>) -> Vec<String> {
    let others = ["Replicated", "Shared"].iter().any(|kind| table.engine.starts_with(kind));
    if !table.engine.contains("MergeTree") || others {
        return renames;
    }
    let alter = format!("ALTER TABLE {}{}", name(&table.name), on_cluster(table));
    let hold = HELD.iter().map(|(setting, value)| format!("{setting} = {value}")).collect::<Vec<_>>();
    let mut statements =
        vec![format!("{alter} MODIFY SETTING {}", hold.join(", ")), format!("{alter} DELETE WHERE false")];
    statements.extend(renames);
    let declared = |wanted: &str| table.settings.iter().find(|(setting, _)| setting == wanted);
    let (own, default): (Vec<_>, Vec<_>) =
        HELD.iter().map(|(setting, _)| *setting).partition(|setting| declared(setting).is_some());
    let own: Vec<String> =
        own.into_iter().filter_map(declared).map(|(setting, value)| format!("{setting} = {value}")).collect();
    if !own.is_empty() {
        statements.push(format!("{alter} MODIFY SETTING {}", own.join(", ")));
    }
    if !default.is_empty() {
        statements.push(format!("{alter} RESET SETTING {}", default.join(", ")));
    }
    statements
}

/// Writes a column's values into the parts that were there before it: they have none of it, and yield its default as it is when
/// they are read (<https://clickhouse.com/docs/sql-reference/statements/alter/column#materialize-column>). What a key holds has
/// no default when it comes, and cannot be written anew (code 420).
fn settle(table: &Table, column: &Column) -> Option<String> {
    if !table.engine.contains("MergeTree") || in_key(table, &column.name) {
        return None;
    }
    let own = name(&column.name);
    let action = match column.default.as_ref().map(|default| default.kind) {
        // Not MATERIALIZE, which some servers also apply to values that came with their rows.
        None | Some(DefaultKind::Default) => format!("UPDATE {own} = {own} WHERE true"),
        Some(DefaultKind::Materialized) => format!("MATERIALIZE COLUMN {own}"),
        Some(DefaultKind::Alias | DefaultKind::Ephemeral) => return None,
    };
    Some(format!("ALTER TABLE {}{} {action}", name(&table.name), on_cluster(table)))
}

/// What lets a type be, which each statement says, for the table does not keep it.
fn asked(table: &Table) -> String {
    let asked: Vec<(String, String)> =
        table.settings.iter().filter(|(name, _)| is_of_statements(name)).cloned().collect();
    if asked.is_empty() { String::new() } else { format!(" SETTINGS {}", settings(&asked)) }
}

/// The same for values that stay as they are, whatever they were computed of when they were stored. A MATERIALIZE computes those
/// of a MATERIALIZED column anew, also where they were computed of something else; an UPDATE does the same with those that are computed
/// of what it writes, and is refused where one of them is in a key (code 420). So meanwhile all of them have a default, which is
/// computed for new rows in the same way, and is nothing that an UPDATE looks at.
fn settle_stored(before: &Table, table: &Table, column: &Column) -> Vec<String> {
    if settle(table, column).is_none() {
        return Vec::new();
    }
    let (alter, asked) = (format!("ALTER TABLE {}{}", name(&table.name), on_cluster(table)), asked(table));
    let modify = |other: &Column, kind: DefaultKind| {
        let default = DefaultExpr { kind, ..other.default.clone()? };
        Some(format!("{alter} MODIFY COLUMN {} {} {default}{asked}", name(&other.name), other.ty))
    };
    // Those that are new have no values yet, and those that change have changed before (`change::diff`).
    let others = table
        .columns
        .iter()
        .filter(|other| is_materialized(other) && other.name != column.name)
        .filter(|other| before.column(&other.name).is_some_and(is_materialized))
        .filter(|other| {
            let expr = other.default.as_ref().and_then(|default| default.expr.as_deref());
            expr.is_some_and(|expr| mentions(expr, &column.name))
        });
    let computed: Vec<&Column> =
        Some(column).filter(|one| is_materialized(one)).into_iter().chain(others).collect();
    let apart = computed.iter().filter_map(|one| modify(one, DefaultKind::Default));
    let again = computed.iter().filter_map(|one| modify(one, DefaultKind::Materialized));
    let own = name(&column.name);
    apart.chain([format!("{alter} UPDATE {own} = {own} WHERE true")]).chain(again).collect()
}

fn is_materialized(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|default| default.kind == DefaultKind::Materialized)
}

fn loses_null(before: &str, after: &str) -> bool {
    let nullable = |ty: &str| ty.parse::<Type>().is_ok_and(|ty| ty.is_nullable());
    nullable(before) && !nullable(after)
}

/// Makes an index or a projection for the rows that are there.
pub fn materialize(table: &Table, change: &Change) -> Option<String> {
    let (word, part) = match change {
        Change::Index(part) => ("INDEX", part),
        Change::Projection(part) => ("PROJECTION", part),
        _ => return None,
    };
    part.after.as_ref()?;
    Some(format!(
        "ALTER TABLE {}{} MATERIALIZE {word} {}",
        name(&table.name),
        on_cluster(table),
        name(&part.name)
    ))
}

fn add(new: &crate::table::Column, after: Option<&str>) -> String {
    format!("ADD COLUMN IF NOT EXISTS {} {}", column(new), behind(after))
}

fn behind(after: Option<&str>) -> String {
    after.map_or("FIRST".into(), |after| format!("AFTER {}", name(after)))
}

fn remove(default: &DefaultExpr) -> String {
    format!("REMOVE {}", default.kind.word())
}

fn part(table: &Table, word: &str, change: &PartChange, body: impl Fn(&str) -> String) -> Vec<String> {
    let alter = format!("ALTER TABLE {}{}", name(&table.name), on_cluster(table));
    let part = name(&change.name);
    let mut statements = Vec::new();
    if change.before.is_some() {
        statements.push(format!("{alter} DROP {word} IF EXISTS {part}"));
    }
    if let Some(after) = &change.after {
        let place = match word {
            "CONSTRAINT" => String::new(),
            _ => format!(" {}", behind(change.behind.as_deref())),
        };
        statements.push(format!("{alter} ADD {word} IF NOT EXISTS {part} {}{place}", body(&after.text)));
    }
    statements
}

/// The name of a column whose values are made of those of others, as long as there is another one of its name.
fn new_name(column: &str) -> String {
    format!("{column}__new")
}
