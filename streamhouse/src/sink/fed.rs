//! Views whose target says which inserts it was fed.
//!
//! ClickHouse records an insert into the target of a view before the part is in its place, as it does for any table, and what a target
//! adds up cannot be counted. So each part of such a target says itself which insert it is of, in one of its rows: the column
//! [`FED_COLUMN`] maps the view and the partition of the stream to the greatest insert (docs/format.md, "The column `_fed`"). The
//! inserts of a partition go in one after the other, so that is enough to know of each whether it is there.

use std::time::Duration;

use streamhouse_schema::sql::{self, FED_COLUMN};
use streamhouse_schema::table::{self, Created};
use uuid::Uuid;

use super::complete::beside;
use super::insert::{Part, statement};
use super::{Insert, Route, Sink, SinkError};

/// A view, and what it writes into.
#[derive(Debug)]
pub(crate) struct Fed {
    pub(crate) view: String,
    pub(crate) target: String,
    /// As the server prints it.
    select: String,
    /// What of it the target takes.
    columns: Vec<String>,
}

#[derive(clickhouse::Row, serde::Deserialize)]
struct Dependent {
    name: String,
    id: String,
    create_table_query: String,
    as_select: String,
}

impl Sink {
    /// The views that a table feeds, of which the targets say what they were fed. A Keeper records an insert together with its part.
    pub(crate) async fn fed(&self, insert: &Insert) -> Result<Vec<Fed>, SinkError> {
        let failed = |error| self.failed(insert, "looking for views that a table feeds", &error);
        let system = self.client.clone().with_database("default");
        let views: Vec<Dependent> = system
            .query(
                "SELECT name, toString(uuid) AS id, create_table_query, as_select FROM system.tables \
                 WHERE database = ? AND engine = 'MaterializedView' AND name IN ( \
                    SELECT arrayJoin(dependencies_table) FROM system.tables WHERE database = ? AND name = ?) \
                 ORDER BY name",
            )
            .bind(&self.database)
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_all()
            .await
            .map_err(failed)?;
        let mut fed = Vec::new();
        for Dependent { name, id, create_table_query, as_select } in views {
            let Ok(Created::View(view)) = table::created(&create_table_query, &self.database) else { continue };
            let target = view.to.unwrap_or_else(|| format!(".inner_id.{id}"));
            let columns: Vec<String> = system
                .query(
                    "SELECT name FROM system.columns WHERE database = ? AND table = ? AND name IN ( \
                        SELECT name FROM system.columns WHERE database = ? AND table = ?) \
                     AND (SELECT match(any(engine), '^(Replacing|Summing|Aggregating|)MergeTree') FROM system.tables \
                          WHERE database = ? AND name = ?) \
                     ORDER BY position",
                )
                .bind(&self.database)
                .bind(&name)
                .bind(&self.database)
                .bind(&target)
                .bind(&self.database)
                .bind(&target)
                .fetch_all()
                .await
                .map_err(failed)?;
            if columns.iter().any(|column| column == FED_COLUMN) {
                fed.push(Fed { view: name, target, select: as_select, columns });
            }
        }
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

    /// Makes a table like the target of a view, of what the view makes of the rows; its name.
    pub(crate) async fn create_fed(
        &self,
        insert: &Insert,
        fed: &Fed,
        rows: &str,
    ) -> Result<String, SinkError> {
        let beside = beside(insert, Uuid::new_v4());
        let (own, target) = (self.qualified(&beside), self.qualified(&fed.target));
        self.alone(insert, &format!("CREATE TABLE {own} AS {target}")).await?;
        let columns: Vec<String> = fed.columns.iter().map(|column| sql::name(column)).collect();
        let columns = columns.join(", ");
        let select = table::reading(&fed.select, &self.database, &insert.table, rows);
        self.alone(insert, &format!("INSERT INTO {own} ({columns}) SELECT {columns} FROM ({select})")).await?;
        Ok(beside)
    }

    /// The partitions of a view's target that have what the view made of an insert.
    pub(crate) async fn has_been_fed(&self, insert: &Insert, fed: &Fed) -> Result<Vec<String>, SinkError> {
        let statement = format!(
            "SELECT DISTINCT _partition_id FROM {} WHERE {FED_COLUMN}[{}] >= {} ORDER BY _partition_id",
            self.qualified(&fed.target),
            sql::string(&format!("{}/{}", fed.view, insert.lane())),
            insert.id,
        );
        self.client
            .query(&statement.replace('?', "??"))
            .fetch_all()
            .await
            .map_err(|error| self.failed(insert, "asking what the target of a view was fed", &error))
    }
}
