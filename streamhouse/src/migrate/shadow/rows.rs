//! Rows in tables, and what becomes of them.

use std::collections::BTreeMap;

use streamhouse_schema::change::{Conversion, conversion};
use streamhouse_schema::sql::{self, Moments};
use streamhouse_schema::table::{Column, Table};

use super::{Finding, Kind, Verified};
use crate::sink::{Sink, SinkError};

/// Rows that a table is filled with.
const ROWS: u64 = 100;

/// What a table holds: how many rows, and a hash over the values of each column, whatever their order.
pub(super) type Held = BTreeMap<String, (u64, BTreeMap<String, u64>)>;

/// Fills a table that is empty; how many rows it then has, or why it has none.
pub(super) async fn fill(sink: &Sink, table: &Table, seed: u64) -> Result<Result<u64, String>, SinkError> {
    if table.engine == "Null" {
        return Ok(Ok(0));
    }
    let mut told = "constraints turn all of them down".to_string();
    for moments in [Moments::Future, Moments::Recent] {
        let there = count(sink, table).await?;
        if there > 0 {
            return Ok(Ok(there));
        }
        match sink.execute("filling a table", &sql::sample(table, ROWS, seed, moments)).await {
            Err(SinkError::Server { message, .. }) => told = message,
            filled => filled?,
        }
    }
    let there = count(sink, table).await?;
    Ok(if there > 0 { Ok(there) } else { Err(told) })
}

async fn count(sink: &Sink, table: &Table) -> Result<u64, SinkError> {
    let query = format!("SELECT count() FROM {}", sql::name(&table.name));
    Ok(sink.rows("counting rows", &query).await?.pop().unwrap_or_default())
}

/// Removes all rows.
pub(super) async fn empty(sink: &Sink, tables: &[Table]) -> Result<(), SinkError> {
    for table in tables {
        sink.execute("emptying a table", &format!("TRUNCATE TABLE {}", sql::name(&table.name))).await?;
    }
    Ok(())
}

/// Drops what a rebuild has kept.
pub(super) async fn drop_old(sink: &Sink, tables: &[Table]) -> Result<(), SinkError> {
    for table in tables {
        let old = sql::name(&sql::old_name(&table.name));
        sink.execute("dropping a table", &format!("DROP TABLE IF EXISTS {old} SYNC")).await?;
    }
    Ok(())
}

/// What tables hold whose rows nothing unites.
pub(super) async fn held(sink: &Sink, tables: &[Table]) -> Result<Held, SinkError> {
    let mut held = Held::new();
    for table in tables.iter().filter(|table| table.engine == "MergeTree") {
        let mut columns = BTreeMap::new();
        for column in table.columns.iter().filter(|column| is_stored(column)) {
            columns.insert(column.name.clone(), hash(sink, table, &column.name).await?);
        }
        held.insert(table.name.clone(), (count(sink, table).await?, columns));
    }
    Ok(held)
}

async fn hash(sink: &Sink, table: &Table, column: &str) -> Result<u64, SinkError> {
    let query = format!(
        "SELECT sum(cityHash64(formatRow('TSV', {}))) FROM {}",
        sql::name(column),
        sql::name(&table.name)
    );
    Ok(sink.rows("looking at values", &query).await?.pop().unwrap_or_default())
}

/// The rows that were there are there, with the values that stay.
pub(super) async fn kept(
    sink: &Sink,
    held: &Held,
    before: &[Table],
    after: &[Table],
    destroys: &impl Fn(&str) -> bool,
    migration: &str,
    verified: &mut Verified,
) -> Result<(), SinkError> {
    // A table that gets another name is the only one of its event.
    for (old, new) in before.iter().filter_map(|old| Some((old, successor(old, before, after)?))) {
        let Some((rows, columns)) = held.get(&old.name).filter(|_| !destroys(&new.name)) else { continue };
        let mut lost = |message: String| {
            verified.findings.push(Finding {
                kind: Kind::Loses,
                migration: Some(migration.to_string()),
                table: Some(new.name.clone()),
                message,
                differences: Vec::new(),
            });
        };
        let there = count(sink, new).await?;
        if there != *rows {
            lost(format!("{rows} rows became {there}"));
            continue;
        }
        for (name, values) in columns {
            let (Some(old), Some(column)) = (old.column(name), new.column(name)) else { continue };
            if stays(old, column) && hash(sink, new, name).await? != *values {
                lost(format!("values of `{name}` are others"));
            }
        }
    }
    Ok(())
}

fn successor<'a>(old: &Table, before: &[Table], after: &'a [Table]) -> Option<&'a Table> {
    let same = after.iter().find(|table| table.name == old.name);
    same.or_else(|| (before.len() == 1 && after.len() == 1).then(|| &after[0]))
}

/// Whether values have the same text after a change.
fn stays(before: &Column, after: &Column) -> bool {
    // A double shows more digits than a float, and a moment with fractions more than one without.
    let shows_more = ["Float", "Decimal", "Date", "FixedString"].iter().any(|word| before.ty.contains(word));
    is_stored(after)
        && (before.ty == after.ty || (!shows_more && conversion(&before.ty, &after.ty) < Conversion::Lossy))
}

fn is_stored(column: &Column) -> bool {
    column.default.as_ref().is_none_or(|default| default.kind.is_stored())
}
