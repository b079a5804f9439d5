//! Wanted tables as a server prints them, made in a database that is dropped again.

use streamhouse_schema::sql;
use streamhouse_schema::table::{EngineWords, Table, View};
use uuid::Uuid;

use super::{LiveError, read};
use crate::sink::Sink;

/// Creates the tables, reads them back, and drops them.
pub(super) async fn printed(sink: &Sink, wanted: &[Table]) -> Result<Vec<Table>, LiveError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let id = Uuid::now_v7().simple().to_string();
    let database = format!("{}__streamhouse_{}", sink.database(), &id[20..]);
    let failed = |error| match error {
        LiveError::Sink(source) => LiveError::Scratch {
            pattern: format!("{}__streamhouse_*", sink.database()),
            database: database.clone(),
            source: Box::new(source),
        },
        other => other,
    };
    let scratch = sink.in_database(&database);
    scratch.create_database().await.map_err(|error| failed(error.into()))?;
    let printed = make(&scratch, wanted, sink).await;
    let dropped = sink.drop_database(&database).await;
    let Printed { mut tables, unmade } = printed.map_err(failed)?;
    dropped.map_err(|error| failed(error.into()))?;
    for ((table, views), declared) in tables.iter_mut().zip(unmade).zip(wanted) {
        table.views.extend(views);
        table.views.sort_by_key(|view| declared.views.iter().position(|one| one.name == view.name));
        table.cluster.clone_from(&declared.cluster);
        table.raw.clone_from(&declared.raw);
    }
    Ok(tables)
}

/// What was made.
struct Printed {
    tables: Vec<Table>,
    /// For each of them the views that the server would not make.
    unmade: Vec<Vec<View>>,
}

async fn make(scratch: &Sink, wanted: &[Table], live: &Sink) -> Result<Printed, LiveError> {
    let statements: Vec<String> = wanted.iter().flat_map(|table| sql::create_all(&alone(table))).collect();
    if statements.iter().any(|statement| statement.contains("dict")) {
        scratch.stand_in_dictionaries(live.database()).await?;
    }
    for statement in &statements {
        scratch.create(statement).await?;
    }
    let mut unmade = Vec::new();
    for table in wanted {
        let mut texts = Vec::new();
        for view in &table.views {
            if let Some(to) = view.to.as_ref().filter(|to| !wanted.iter().any(|one| one.name == **to)) {
                // Where it cannot be had, the view cannot be made either.
                let _ = scratch.stand_in(to, live.database()).await;
            }
            // It may read what is not here, such as a dictionary: then its text is compared.
            if scratch.create(&sql::create_view(table, view)).await.is_err() {
                let select = live.formatted(&view.select).await?;
                texts.push(View { select, columns: None, ..view.clone() });
            }
        }
        unmade.push(texts);
    }
    let mut made = read(scratch, wanted).await?;
    let mut tables = Vec::new();
    for table in wanted {
        let mut printed = made.remove(&table.name).map_or_else(|| table.clone(), |there| there.table);
        if let Some(mut spread) = table.distributed.clone() {
            if let Some(key) = &mut spread.sharding_key {
                let select = live.formatted(&format!("SELECT {key}")).await?;
                *key = select.trim_start_matches("SELECT ").to_string();
            }
            printed.distributed = Some(spread);
        }
        tables.push(printed);
    }
    Ok(Printed { tables, unmade })
}

/// The table without what another server or a cluster would have to do with it.
fn alone(table: &Table) -> Table {
    Table {
        cluster: None,
        distributed: None,
        views: Vec::new(),
        engine: EngineWords::of(&table.engine).plain,
        ..table.clone()
    }
}
