//! A table is made anew, while workers go on inserting.
//!
//! A copy that shares the parts of the table stands still while the new table takes its rows. Then workers pause, and the
//! new table takes the batches of which something came meanwhile. Where rows bear no batch, or where
//! merges make others of them, nobody can tell which came meanwhile, and workers pause for the whole of it.
//!
//! The rows are copied by one statement for each partition of the old table, so that whoever runs it can go on after those
//! that are done. It says so by a parameter, as ClickHouse writes them: `WHERE _partition_id = {partition:String}`.

use super::frames::seam;
use super::table::{create_table, on_cluster};
use super::{name, string};
use crate::change::Origins;
use crate::table::words::{mentions, quoted, unquoted};
use crate::table::{Column, DefaultExpr, DefaultKind, Table};

const BATCH: &str = "_batch";
/// From when the time in a batch's id counts, in seconds since 1970: the beginning of 2020.
const EPOCH: u64 = 1_577_836_800;
/// Seconds: a day less than batches are remembered.
const RECENT: u64 = 29 * 86_400;

/// The name of a table that takes the rows of one that is rebuilt.
pub fn rebuilt_name(table: &str) -> String {
    format!("{table}__rebuilt")
}

/// The name under which a table that was rebuilt is kept.
pub fn old_name(table: &str) -> String {
    format!("{table}__old")
}

/// What stands for the partition in a statement that copies one after the other.
const PARTITION: &str = "{partition:String}";

/// A statement that copies a table into the one that is to take its place, partition by partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyByPartition {
    /// The table that takes the rows.
    pub into: String,
    /// The table whose partitions are copied.
    pub from: String,
    /// What stands between the name of the one that takes them and the partition, and behind that.
    around: (String, String),
}

impl CopyByPartition {
    /// What a statement copies, where it is such a statement.
    pub fn read(statement: &str) -> Option<Self> {
        let (into, rest) = first_name(statement.strip_prefix("INSERT INTO ")?)?;
        let (middle, end) = rest.rsplit_once(PARTITION)?;
        let (_, from) = middle.rsplit_once(" FROM ")?;
        let (from, _) = first_name(from)?;
        into.ends_with("__rebuilt").then(|| Self { into, from, around: (middle.into(), end.into()) })
    }

    /// The statement that copies one partition into a table of the same structure.
    pub fn statement(&self, into: &str, partition: &str) -> String {
        let (middle, end) = &self.around;
        format!("INSERT INTO {}{middle}{}{end}", name(into), string(partition))
    }
}

/// A name at the beginning of a text, and the rest.
fn first_name(text: &str) -> Option<(String, &str)> {
    if text.starts_with('`') {
        let (first, rest) = text.split_at(quoted(text, '`'));
        return Some((unquoted(first), rest));
    }
    let (first, rest) = text.split_at(text.find(char::is_whitespace)?);
    Some((first.to_string(), rest))
}

fn copied_name(table: &str) -> String {
    format!("{table}__copied")
}

/// Everything up to the rows that come meanwhile. Where the copy was interrupted the new table is emptied once more.
pub(super) fn copy(before: &Table, after: &Table, origins: &Origins) -> Vec<String> {
    let (table, cluster) = (name(&after.name), on_cluster(after));
    let (rebuilt, copied) = (rebuilt_name(&after.name), name(&copied_name(&after.name)));
    let mut new = after.clone();
    new.name.clone_from(&rebuilt);
    let rebuilt = name(&rebuilt);
    let why = format!("`{}` is rebuilt", after.name);
    let kept = old_name(&after.name);
    let (followed, divided) = (is_followed(before, after), is_divided(before, after));
    let each = match divided {
        true => format!("\nWHERE _partition_id = {PARTITION} /* for each of its partitions */"),
        false => String::new(),
    };
    let mut statements = vec![
        format!(
            "SELECT throwIf(count() > 0, {}) FROM system.tables WHERE database = currentDatabase() AND name = {}",
            string(&format!("the table of an earlier rebuild is there still: DROP TABLE {}", name(&kept))),
            string(&kept)
        ),
        create_table(&new),
        seam(&after.name, true, &why),
    ];
    if followed {
        statements.extend([
            format!("DROP TABLE IF EXISTS {copied}{cluster}"),
            format!("CREATE TABLE {copied}{cluster} CLONE AS {table}"),
            seam(&after.name, false, ""),
            format!("TRUNCATE TABLE {rebuilt}{cluster}"),
            insert(before, after, origins, &copied, &each),
        ]);
    } else {
        statements.extend([
            format!("TRUNCATE TABLE {rebuilt}{cluster}"),
            insert(before, after, origins, &table, &each),
        ]);
    }
    statements
}

/// While workers pause. An EXCHANGE that was made must not be made again.
pub(super) fn exchange(before: &Table, after: &Table, origins: &Origins) -> Vec<String> {
    let (table, cluster) = (name(&after.name), on_cluster(after));
    let (rebuilt, copied) = (name(&rebuilt_name(&after.name)), name(&copied_name(&after.name)));
    let followed = is_followed(before, after);
    let mut statements = Vec::new();
    if followed {
        let came = came(&table, &copied);
        statements.extend([
            // What the copy has of them, and an attempt that was interrupted.
            format!("ALTER TABLE {rebuilt}{cluster} DELETE WHERE {came}"),
            insert(before, after, origins, &table, &format!("\nWHERE {came}")),
        ]);
    }
    statements.extend([
        format!("EXCHANGE TABLES {table} AND {rebuilt}{cluster}"),
        format!("RENAME TABLE {rebuilt} TO {}{cluster}", name(&old_name(&after.name))),
    ]);
    if followed {
        statements.push(format!("DROP TABLE IF EXISTS {copied}{cluster}"));
    }
    statements
}

/// The batches of which something came since the copy was made. One that was interrupted before may be completed
/// afterwards, partition by partition, each of them whole or not at all; so partitions are compared, and such a batch is taken
/// as a whole.
///
/// Batches of more than 29 days ago are not looked at: after 30 days a table forgets a batch (`docs/format.md`), the one sooner
/// than the other, as its parts merge; and nothing is inserted that late.
fn came(table: &str, copied: &str) -> String {
    let recent =
        format!("{BATCH} >= bitShiftLeft(toUInt64(toUnixTimestamp(now()) - {EPOCH} - {RECENT}) * 1000, 22)");
    format!(
        "{BATCH} IN (SELECT {BATCH} FROM {table} WHERE {recent} \
         AND ({BATCH}, _partition_id) NOT IN (SELECT {BATCH}, _partition_id FROM {copied} WHERE {recent}))"
    )
}

/// Whether it can be told which rows came meanwhile: they bear their batch, and no merge makes others of them.
fn is_followed(before: &Table, after: &Table) -> bool {
    let plain =
        |table: &Table| table.engine.split('(').next() == Some("MergeTree") && table.column(BATCH).is_some();
    plain(before) && plain(after)
}

/// Whether the rows are copied partition by partition: on a server alone, whose partitions are those of the table.
pub(crate) fn is_divided(before: &Table, after: &Table) -> bool {
    let alone = |table: &Table| {
        table.cluster.is_none()
            && table.engine.contains("MergeTree")
            && !["Replicated", "Shared"].iter().any(|kind| table.engine.starts_with(kind))
    };
    alone(before) && alone(after)
}

/// Whether a column is computed of values that are made anew: the server computes it anew too.
fn is_made_of(column: &Column, table: &Table, origins: &Origins) -> bool {
    let computed = |column: &Column| match &column.default {
        Some(DefaultExpr { kind: DefaultKind::Materialized, expr: Some(expr) }) => Some(expr.clone()),
        _ => None,
    };
    let Some(expr) = computed(column) else { return false };
    origins.upcasts.keys().any(|made| mentions(&expr, made))
        || table.columns.iter().any(|other| {
            other.name != column.name && mentions(&expr, &other.name) && is_made_of(other, table, origins)
        })
}

fn insert(before: &Table, after: &Table, origins: &Origins, from: &str, condition: &str) -> String {
    let stored = |table: &Table, column: &str| {
        table
            .column(column)
            .is_some_and(|column| column.default.as_ref().is_none_or(|default| default.kind.is_stored()))
    };
    let renamed_from =
        |column: &str| origins.renames.iter().find(|(_, to)| to == column).map(|(from, _)| from);
    let kept: Vec<(String, String)> = after
        .columns
        .iter()
        .filter(|column| stored(after, &column.name) && !is_made_of(column, after, origins))
        .filter_map(|column| {
            let value = match origins.upcasts.get(&column.name) {
                Some(expr) => format!("CAST({expr}, {})", string(&column.ty)),
                None => {
                    let source = renamed_from(&column.name).unwrap_or(&column.name);
                    stored(before, source).then(|| name(source))?
                }
            };
            Some((name(&column.name), value))
        })
        .collect();
    let (columns, values): (Vec<String>, Vec<String>) = kept.into_iter().unzip();
    format!(
        "INSERT INTO {} ({}) SETTINGS insert_allow_materialized_columns = 1\nSELECT {} FROM {from}{condition}",
        name(&rebuilt_name(&after.name)),
        columns.join(", "),
        values.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_by_partition_is_known_by_its_parameter() {
        let statement = "INSERT INTO `a b__rebuilt` (x) SETTINGS y = 1\nSELECT ' FROM z' FROM `a b__copied`\nWHERE _partition_id = {partition:String} /* for each */";
        let copy = CopyByPartition::read(statement).expect("a copy");
        assert_eq!((copy.into.as_str(), copy.from.as_str()), ("a b__rebuilt", "a b__copied"));
        assert_eq!(
            copy.statement("t", "2-'"),
            "INSERT INTO t (x) SETTINGS y = 1\nSELECT ' FROM z' FROM `a b__copied`\nWHERE _partition_id = '2-\\'' /* for each */"
        );
        for other in [
            "INSERT INTO a__rebuilt (x) SELECT x FROM a__copied",
            "INSERT INTO a (x) SELECT x FROM b WHERE _partition_id = {partition:String}",
            "SELECT {partition:String} FROM a__rebuilt",
        ] {
            assert_eq!(CopyByPartition::read(other), None, "{other}");
        }
    }
}
