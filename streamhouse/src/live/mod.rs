//! Tables as a server has them, beside what they should be.
//!
//! A server prints what it is given in another way: `INTERVAL 1 DAY` becomes `toIntervalDay(1)`, `Delta` becomes
//! `Delta(8)`. So the wanted tables are created too, empty and in a database of their own that is dropped at once, and
//! what the server prints of both is compared. `scratch` makes them; `size` says what a rewrite would cost.

mod scratch;
mod size;

use std::collections::BTreeMap;

use streamhouse_schema::change::{Difference, Origins, differences};
use streamhouse_schema::plan::Plan;
use streamhouse_schema::sql::{SEAMS, UPCASTS};
use streamhouse_schema::table::{Created, EngineWords, ReadError, Table};

pub use size::{Cost, Size};

use crate::config::Config;
use crate::error::Error;
use crate::sink::{Sink, SinkError};

/// How the names of StreamHouse's own tables begin.
const OWN: &[&str] = &["streamhouse_migration", SEAMS, UPCASTS];

/// The tables of a database.
#[derive(Debug)]
pub struct Live {
    sink: Sink,
}

/// Why tables are not compared.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// A setting cannot be used.
    #[error(transparent)]
    Configuration(Box<Error>),
    /// ClickHouse cannot be reached, or refuses a question.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// ClickHouse prints a statement that is not understood.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The wanted tables cannot be made for comparison.
    #[error(
        "the tables that are wanted are made once, empty, in the database `{database}`, to see how the server prints them, and dropped again; this fails: {source}; the user needs CREATE DATABASE, CREATE TABLE, CREATE VIEW and DROP on `{pattern}`"
    )]
    Scratch {
        /// The database.
        database: String,
        /// What all such databases are called.
        pattern: String,
        /// What the server says.
        source: Box<SinkError>,
    },
}

/// A wanted table and what the server has in its place, both as the server prints them.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// What is there; nothing where there is no such table.
    pub found: Option<Table>,
    /// What should be there.
    pub wanted: Table,
    /// Views that read the table and that nobody declares.
    pub other_views: Vec<String>,
}

impl Compared {
    /// Where they differ, in words; nothing where the table is missing altogether.
    pub fn differences(&self) -> Vec<Difference> {
        self.found.as_ref().map(|found| differences(found, &self.wanted)).unwrap_or_default()
    }

    /// What would lead from the one to the other. `origins` says where columns come from.
    pub fn plan(&self, origins: &Origins) -> Plan {
        match &self.found {
            Some(found) => {
                // Values of a column that is there with its type have been made already, as far as can be told.
                let is_made = |column: &str| {
                    let ty = |table: &Table| table.column(column).map(|column| column.ty.clone());
                    ty(found) == ty(&self.wanted)
                };
                let mut origins = origins.clone();
                origins.upcasts.retain(|column, _| !is_made(column));
                Plan::between(found, &self.wanted, &origins)
            }
            None => Plan::create(&self.wanted),
        }
    }
}

impl Live {
    /// The tables of a configuration's database.
    pub fn new(config: &Config) -> Result<Self, LiveError> {
        config.check().map_err(|error| LiveError::Configuration(Box::new(error)))?;
        Ok(Self { sink: Sink::new(&config.clickhouse) })
    }

    /// The tables of a database.
    pub(crate) fn at(sink: Sink) -> Self {
        Self { sink }
    }

    /// A table with the views that read it and the table that spreads it, as the server prints them; `None` where there
    /// is none of that name.
    pub async fn table(&self, name: &str) -> Result<Option<Table>, LiveError> {
        let nameless = Table { name: name.to_string(), ..Table::default() };
        Ok(read(&self.sink, std::slice::from_ref(&nameless)).await?.remove(name).map(|there| there.table))
    }

    /// The names of all tables that hold rows or hand them on: no views, and none of StreamHouse's own.
    pub async fn names(&self) -> Result<Vec<String>, LiveError> {
        let names = self.sink.table_names().await?;
        Ok(names.into_iter().filter(|name| !OWN.iter().any(|own| name.starts_with(own))).collect())
    }

    /// Compares tables with those of the database, in their order.
    pub async fn compare(&self, wanted: &[Table]) -> Result<Vec<Compared>, LiveError> {
        let mut found = read(&self.sink, wanted).await?;
        let printed = scratch::printed(&self.sink, wanted).await?;
        let pair = |(declared, mut printed): (&Table, Table)| {
            let mut other_views = Vec::new();
            let found = found.remove(&declared.name).map(|There { table: mut found, feeds }| {
                let engines = engines(&declared.engine, &printed.engine, &found.engine);
                (found.engine, printed.engine) = engines;
                // A server does not say where a table was created.
                found.cluster.clone_from(&declared.cluster);
                found.raw.clone_from(&declared.raw);
                let is_declared = |name: &str| printed.views.iter().any(|view| view.name == name);
                other_views = feeds.into_iter().filter(|name| !is_declared(name)).collect();
                found.views.retain(|view| is_declared(&view.name));
                // In the order of the declaration, which is nobody's on a server.
                found.views.sort_by_key(|view| printed.views.iter().position(|one| one.name == view.name));
                for view in &mut found.views {
                    let other = printed.views.iter().find(|one| one.name == view.name);
                    if other.is_some_and(|other| other.columns.is_none()) {
                        view.columns = None;
                    }
                }
                found
            });
            Compared { found, wanted: printed, other_views }
        };
        Ok(wanted.iter().zip(printed).map(pair).collect())
    }

    /// How large tables are, by their names; those without rows are not among them.
    pub async fn sizes(&self, names: &[&str]) -> Result<BTreeMap<String, Size>, LiveError> {
        Ok(self.sink.sizes(names).await?)
    }
}

/// A table that is there.
struct There {
    table: Table,
    /// The views that its inserts feed.
    feeds: Vec<String>,
}

/// Reads tables with what belongs to them, by their names. A view belongs to the table that declares it, else to the one
/// that feeds it or that it reads.
async fn read(sink: &Sink, wanted: &[Table]) -> Result<BTreeMap<String, There>, LiveError> {
    let names: Vec<&str> = wanted.iter().map(|table| table.name.as_str()).collect();
    let mut there = BTreeMap::new();
    let (mut spreads, mut views) = (Vec::new(), Vec::new());
    for (statement, feeds) in sink.statements(&names).await? {
        match streamhouse_schema::table::created(&statement, sink.database())? {
            Created::Table(table) => drop(there.insert(table.name.clone(), There { table: *table, feeds })),
            Created::Distributed(spread, of) => spreads.push((spread, of)),
            Created::View(view) => views.push(view),
        }
    }
    for (spread, of) in spreads {
        let declared = |of: &str| wanted.iter().find(|table| table.name == of)?.distributed.as_ref();
        let Some(There { table, .. }) = there.get_mut(&of) else { continue };
        // Others may spread it too.
        if declared(&of).is_none_or(|declared| declared.name == spread.name) {
            table.distributed.get_or_insert(spread);
        }
    }
    for view in views {
        let declares = |table: &&Table| table.views.iter().any(|one| one.name == view.name);
        let owner = wanted.iter().find(declares).map(|table| table.name.clone());
        let owner = owner.or_else(|| {
            let mut all = there.iter();
            let fed = all.find(|(_, one)| one.feeds.contains(&view.name)).map(|(name, _)| name.clone());
            let reads = |name: &&String| view.refresh.is_some() && view.reads(name);
            fed.or_else(|| there.keys().find(reads).cloned())
        });
        if let Some(There { table, .. }) = owner.and_then(|owner| there.get_mut(&owner)) {
            table.views.push(view);
        }
    }
    Ok(there)
}

/// The engines of the found and of the wanted table, comparable: the wanted one was printed without its replicas, and where
/// the declaration leaves their place to the server, the place that is there is right.
fn engines(declared: &str, printed: &str, found: &str) -> (String, String) {
    let (declared, printed, mut found) =
        (EngineWords::of(declared), EngineWords::of(printed), EngineWords::of(found));
    // A server that shares its storage makes every table a shared one.
    let form = if printed.form.is_empty() { declared.form } else { printed.form };
    if declared.place.is_empty() || form != declared.form {
        found.place.clear();
    }
    let place = if form == declared.form { declared.place } else { Vec::new() };
    (found.text(), EngineWords { form, place, plain: printed.plain }.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_compared_without_what_the_server_chooses() {
        for (declared, printed, found, same) in [
            ("MergeTree", "MergeTree", "MergeTree", true),
            ("MergeTree", "MergeTree", "ReplicatedMergeTree('/a', 'b')", false),
            ("ReplicatedMergeTree", "MergeTree", "ReplicatedMergeTree('/a/{uuid}', '{replica}')", true),
            ("ReplicatedMergeTree('/a', 'b')", "MergeTree", "ReplicatedMergeTree('/a', 'b')", true),
            ("ReplicatedMergeTree('/a', 'b')", "MergeTree", "ReplicatedMergeTree('/c', 'b')", false),
            (
                "ReplicatedReplacingMergeTree(v)",
                "ReplacingMergeTree(v)",
                "ReplicatedReplacingMergeTree('/a', 'b', v)",
                true,
            ),
            ("ReplicatedMergeTree", "SharedMergeTree('/x', 'y')", "SharedMergeTree('/z', 'y')", true),
            ("ReplicatedMergeTree", "MergeTree", "MergeTree", false),
        ] {
            let (found, wanted) = engines(declared, printed, found);
            assert_eq!(found == wanted, same, "{declared}: {found}, {wanted}");
        }
    }
}
