//! Completing an insert of which a table lacks partitions, while its views do not.
//!
//! A kill between ClickHouse's record of an insert and the rename of its part leaves a table without the part, and with views that
//! are served by the repeated insert. What is missing goes in by way of a table of its own, for `ATTACH PARTITION … FROM` serves no
//! views.
//!
//! No token protects an `ATTACH` that comes late. So each attempt has a table of its own, and begins by dropping those of the
//! attempts before, which nobody can attach then; the query id, which all statements of one insert share, says that none is running.

use std::time::Duration;

use streamhouse_schema::sql;
use uuid::Uuid;

use super::insert::{PINNED, statement};
use super::{Insert, Part, Route, Sink, SinkError};

impl Sink {
    /// Whether the table feeds views, and its inserts are not written down together with their parts: a Keeper does both at once.
    pub(crate) async fn feeds_views(&self, insert: &Insert) -> Result<bool, SinkError> {
        self.client
            .clone()
            .with_database("default")
            .query(
                "SELECT notEmpty(dependencies_table) AND NOT match(engine, '^(Replicated|Shared)') \
                 FROM system.tables WHERE database = ? AND name = ?",
            )
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_one()
            .await
            .map_err(|error| self.failed(insert, "looking for views that a table feeds", &error))
    }

    /// The tables of earlier attempts, by their names. None of their statements runs once this answers.
    pub(crate) async fn left_beside(&self, insert: &Insert) -> Result<Vec<String>, SinkError> {
        self.client
            .clone()
            .with_database("default")
            .query("SELECT name FROM system.tables WHERE database = ? AND startsWith(name, ?) ORDER BY name")
            .bind(&self.database)
            .bind(prefix(insert))
            .with_setting("query_id", &insert.token)
            .fetch_all()
            .await
            .map_err(|error| self.failed(insert, "looking for what was left behind", &error))
    }

    /// Drops the table of an attempt.
    pub(crate) async fn drop_beside(&self, insert: &Insert, name: &str) -> Result<(), SinkError> {
        self.alone(insert, &format!("DROP TABLE IF EXISTS {} SYNC", self.qualified(name))).await
    }

    /// Makes a table like that of an insert, for one attempt; its name.
    pub(crate) async fn create_beside(&self, insert: &Insert) -> Result<String, SinkError> {
        let beside = beside(insert, Uuid::new_v4());
        let (own, table) = (self.qualified(&beside), self.qualified(&insert.table));
        self.alone(insert, &format!("CREATE TABLE {own} AS {table}")).await?;
        Ok(beside)
    }

    /// What of an insert its table lacks. To be asked once the tables of earlier attempts are gone.
    pub(crate) async fn missing(&self, insert: &Insert) -> Result<Part, SinkError> {
        let present = self.count(insert).await?;
        if present.is_empty() {
            return Ok(Part::Whole);
        }
        let partitions = present.into_iter().map(|(partition, _)| partition).collect();
        Ok(Part::Except { partition_id: self.partition_id(insert).await?, partitions })
    }

    /// Inserts a part of an insert into the table of an attempt.
    pub(crate) async fn fill(
        &self,
        insert: &Insert,
        beside: &str,
        part: &Part,
        route: &Route,
        limit: Duration,
    ) -> Result<(), SinkError> {
        self.send(insert, statement(beside, insert, part, route), insert.token.clone(), limit).await
    }

    /// Puts a partition of the table of an attempt into the one that it is like. Views do not see it.
    pub(crate) async fn attach(
        &self,
        insert: &Insert,
        table: &str,
        beside: &str,
        partition: &str,
    ) -> Result<(), SinkError> {
        let (table, own, partition) = (self.qualified(table), self.qualified(beside), sql::string(partition));
        self.alone(insert, &format!("ALTER TABLE {table} ATTACH PARTITION ID {partition} FROM {own}")).await
    }

    /// Runs a statement while no other of the insert runs. What it selects becomes one block.
    pub(super) async fn alone(&self, insert: &Insert, statement: &str) -> Result<(), SinkError> {
        let mut query = self.client.query(&statement.replace('?', "??"));
        for (name, value) in PINNED {
            query = query.with_setting(*name, *value);
        }
        query
            .with_setting("query_id", &insert.token)
            .with_setting("insert_deduplication_token", &insert.token)
            .with_setting("max_threads", "1")
            .execute()
            .await
            .map_err(|error| self.failed(insert, "completing an insert", &error))
    }
}

/// How the names of tables begin that hold what is missing of inserts of a table.
pub(super) fn beside_all(table: &str) -> String {
    format!("{table}__missing_")
}

/// How those of one insert begin.
pub(super) fn prefix(insert: &Insert) -> String {
    format!("{}{}_", beside_all(&insert.table), insert.id)
}

/// The name of a table that holds what is missing of an insert.
pub(super) fn beside(insert: &Insert, attempt: Uuid) -> String {
    format!("{}{}", prefix(insert), attempt.simple())
}
