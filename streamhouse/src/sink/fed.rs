//! Views whose target says which inserts it was fed.
//!
//! ClickHouse records an insert into the target of a view before the part is in its place, as it does for any table, and what a target
//! adds up cannot be counted. So each part of such a target says itself which insert it is of, in one of its rows: the column
//! [`FED_COLUMN`] maps the view and the partition of the stream to the latest insert (docs/format.md, "The column `_fed`"). The inserts
//! of a partition go in one after the other, so that is enough to know of each whether it is there.

use std::collections::BTreeMap;
use std::time::Duration;

use streamhouse_schema::sql::{self, FED_COLUMN};
use streamhouse_schema::table;
use uuid::Uuid;

use super::complete::{beside, beside_all, prefix};
use super::insert::{Part, statement};
use super::views::target;
use super::{Insert, Route, Sink, SinkError};

/// The views that a table feeds.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// Those that write down what their targets were fed.
    fed: Vec<Fed>,
    /// There are others, or such as hang on the targets of these: only an insert that is repeated serves them.
    others: bool,
    /// All of them take nothing of what completes an insert.
    pass: bool,
    /// Tables that earlier attempts to complete inserts have left behind, or still have.
    left: Vec<String>,
}

impl Views {
    /// Those that wrote down what they made of an insert. One that was made since may have had it under another selection, which wrote
    /// nothing down.
    pub(crate) fn fed(&self, insert: &Insert) -> impl Iterator<Item = &Fed> {
        self.fed.iter().filter(|fed| fed.made * 1000 <= insert.cut_at)
    }

    /// Whether there is any.
    pub(crate) fn any(&self) -> bool {
        self.others || !self.fed.is_empty()
    }

    /// Whether what completes an insert may be inserted as anything is: no view takes it.
    pub(crate) fn pass_completions(&self) -> bool {
        self.pass
    }

    /// Whether earlier attempts to complete an insert have left tables behind.
    pub(crate) fn left(&self, insert: &Insert) -> bool {
        self.left.iter().any(|name| name.starts_with(&prefix(insert)))
    }

    /// Whether all of them are such, so what they have of an insert can be looked at.
    pub(crate) fn all_fed(&self, insert: &Insert) -> bool {
        !self.others && self.fed(insert).count() == self.fed.len()
    }
}

/// A view, and what it writes into.
#[derive(Debug)]
pub(crate) struct Fed {
    pub(crate) view: String,
    pub(crate) target: String,
    /// When it was made, or its selection changed, in seconds since 1970.
    made: u64,
    /// As the server prints it.
    select: String,
    /// What of it the target takes.
    columns: Vec<String>,
    /// Views hang on the target.
    pub(crate) feeds: bool,
}

/// The table, or a view that hangs on it.
#[derive(clickhouse::Row, serde::Deserialize)]
struct Known {
    name: String,
    id: String,
    made: u32,
    create_table_query: String,
    as_select: String,
    /// How many hang on this one, wherever they are.
    hang: u64,
    /// All tables on which some hang.
    feeding: Vec<String>,
    left: Vec<String>,
}

#[derive(clickhouse::Row, serde::Deserialize)]
struct Columns {
    table: String,
    names: Vec<String>,
}

/// What the target of a view has of an insert.
#[derive(Debug, Default)]
pub(crate) struct Served {
    /// The partitions that have it, by their ids.
    pub(crate) partitions: Vec<String>,
    /// How many there are to be, where one of them says so.
    of: Option<usize>,
    /// It was fed an insert that went in after this one was done.
    later: bool,
}

impl Served {
    /// Whether it has all of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.later || self.of == Some(self.partitions.len())
    }
}

impl Sink {
    /// The views that a table feeds.
    pub(crate) async fn views(&self, insert: &Insert) -> Result<Views, SinkError> {
        let failed = |error| self.failed(insert, "looking for views that a table feeds", &error);
        let system = self.in_default();
        let found: Vec<Known> = system
            .query(
                "WITH (SELECT (groupArrayIf(name, notEmpty(dependencies_table)), groupArrayIf(name, startsWith(name, ?))) \
                        FROM system.tables WHERE database = ?) AS there \
                 SELECT name, toString(uuid) AS id, toUnixTimestamp(metadata_modification_time) AS made, \
                    create_table_query, as_select, length(dependencies_table) AS hang, there.1 AS feeding, there.2 AS left \
                 FROM system.tables WHERE database = ? AND (name = ? OR engine = 'MaterializedView' AND name IN ( \
                    SELECT arrayJoin(arrayFilter((view, its) -> its = ?, dependencies_table, dependencies_database)) \
                    FROM system.tables WHERE database = ? AND name = ?)) \
                 ORDER BY name",
            )
            .bind(beside_all(&insert.table))
            .bind(&self.database)
            .bind(&self.database)
            .bind(&insert.table)
            .bind(&self.database)
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_all()
            .await
            .map_err(failed)?;
        let (table, views): (Vec<Known>, Vec<Known>) =
            found.into_iter().partition(|one| one.name == insert.table);
        let [Known { hang, feeding, left, .. }] = &table[..] else {
            return Ok(Views { others: true, ..Views::default() });
        };
        let pass =
            views.len() as u64 == *hang && views.iter().all(|one| sql::passes_completions(&one.as_select));
        let fed = views.into_iter().filter(|one| one.as_select.contains(FED_COLUMN));
        let fed = fed.filter_map(|one| {
            let target = target(&one.create_table_query, &self.database, &one.id)?;
            Some(Fed {
                feeds: feeding.contains(&target),
                target,
                view: one.name,
                made: u64::from(one.made),
                select: one.as_select,
                columns: Vec::new(),
            })
        });
        let fed = self.kept(insert, fed.collect()).await?;
        let others = fed.len() as u64 != *hang || fed.iter().any(|one| one.feeds);
        Ok(Views { fed, others, pass, left: left.clone() })
    }

    /// Those views of which the target keeps what it was fed, with what it takes of them. Not those whose parts a Keeper records together
    /// with the insert.
    async fn kept(&self, insert: &Insert, mut fed: Vec<Fed>) -> Result<Vec<Fed>, SinkError> {
        if fed.is_empty() {
            return Ok(fed);
        }
        let failed = |error| self.failed(insert, "looking at what the target of a view takes", &error);
        let system = self.in_default();
        let views: Vec<&str> = fed.iter().map(|fed| fed.view.as_str()).collect();
        let targets: Vec<&str> = fed.iter().map(|fed| fed.target.as_str()).collect();
        let columns: Vec<Columns> = system
            .query(
                "SELECT table, groupArray(name) AS names FROM ( \
                    SELECT table, name FROM system.columns WHERE database = ? AND (table IN ? OR table IN ( \
                        SELECT name FROM system.tables WHERE database = ? AND name IN ? \
                        AND match(engine, '^(Summing|Aggregating|)MergeTree') \
                        AND NOT match(engine_full, '^SummingMergeTree[(]'))) \
                    ORDER BY table, position) \
                 GROUP BY table",
            )
            .bind(&self.database)
            .bind(&views)
            .bind(&self.database)
            .bind(&targets)
            .fetch_all()
            .await
            .map_err(failed)?;
        let columns: BTreeMap<String, Vec<String>> =
            columns.into_iter().map(|Columns { table, names }| (table, names)).collect();
        fed.retain_mut(|fed| {
            let (Some(own), Some(taken)) = (columns.get(&fed.view), columns.get(&fed.target)) else {
                return false;
            };
            fed.columns = own.iter().filter(|column| taken.contains(column)).cloned().collect();
            fed.columns.iter().any(|column| column == FED_COLUMN)
        });
        Ok(fed)
    }

    /// Makes a table of the rows of an insert as its table has them, whatever TTL and engine do with those.
    pub(crate) async fn create_rows(
        &self,
        insert: &Insert,
        route: &Route,
        limit: Duration,
    ) -> Result<String, SinkError> {
        let rows = beside(insert, Uuid::new_v4());
        let (own, table) = (self.qualified(&rows), self.qualified(&insert.table));
        self.alone(insert, &format!("CREATE TABLE {own} AS {table} ENGINE = Memory")).await?;
        let statement = statement(&rows, insert, &Part::Whole, route);
        self.send(insert, statement, insert.token.clone(), limit).await?;
        Ok(rows)
    }

    /// Makes a table like the target of a view, of what the view makes of the rows; its name. `None` where the selection does not show
    /// where it reads them.
    pub(crate) async fn create_fed(
        &self,
        insert: &Insert,
        fed: &Fed,
        rows: &str,
    ) -> Result<Option<String>, SinkError> {
        let Some(select) = table::reading(&fed.select, &self.database, &insert.table, rows) else {
            return Ok(None);
        };
        let beside = beside(insert, Uuid::new_v4());
        let (own, target) = (self.qualified(&beside), self.qualified(&fed.target));
        self.alone(insert, &format!("CREATE TABLE {own} AS {target}")).await?;
        let columns: Vec<String> = fed.columns.iter().map(|column| sql::name(column)).collect();
        let columns = columns.join(", ");
        self.alone(insert, &format!("INSERT INTO {own} ({columns}) SELECT {columns} FROM ({select})"))
            .await?;
        Ok(Some(beside))
    }

    /// Whether the server still has the rows: they are in its memory only.
    pub(crate) async fn has_rows(&self, insert: &Insert, rows: &str) -> Result<bool, SinkError> {
        let count = format!("SELECT count() FROM {}", self.qualified(rows));
        let count: Result<u64, _> = self.client.query(&count.replace('?', "??")).fetch_one().await;
        count
            .map(|count| count == insert.rows)
            .map_err(|error| self.failed(insert, "counting the rows that a view is made of", &error))
    }

    /// What the target of a view has of what the view made of an insert.
    pub(crate) async fn served(&self, insert: &Insert, fed: &Fed) -> Result<Served, SinkError> {
        let id = format!("{:020}", insert.id);
        let statement = format!(
            "SELECT _partition_id, max({FED_COLUMN}[{key}]) AS latest FROM {table} WHERE {FED_COLUMN}[{key}] >= {id} \
             GROUP BY _partition_id ORDER BY _partition_id",
            key = sql::string(&format!("{}/{}", fed.view, insert.lane())),
            table = self.qualified(&fed.target),
            id = sql::string(&id),
        );
        let found: Vec<(String, String)> = self
            .client
            .query(&statement.replace('?', "??"))
            .fetch_all()
            .await
            .map_err(|error| self.failed(insert, "asking what the target of a view was fed", &error))?;
        let of = |latest: &String| latest.strip_prefix(&id)?.strip_prefix('/')?.parse().ok();
        let of = found.iter().find_map(|(_, latest)| of(latest));
        let is_later = |latest: &String| latest.get(..id.len()).is_some_and(|latest| latest > id.as_str());
        let later = !insert.is_piece() && found.iter().any(|(_, latest)| is_later(latest));
        Ok(Served { partitions: found.into_iter().map(|(partition, _)| partition).collect(), of, later })
    }
}
