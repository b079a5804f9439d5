//! Completing an insert of which a table lacks partitions, while its views do not, or where rows are gone on purpose.
//!
//! A kill between ClickHouse's record of an insert and the rename of its part leaves a table without the part, and with views that
//! are served by the repeated insert. What is missing goes in by way of a table of its own. From there it is inserted where all views say that
//! they take nothing of what completes an insert (`fed`); where one does not, `ATTACH PARTITION … FROM` serves none, but waits, as all statements
//! of partitions do, until a server that was just started has looked through all parts that merges have left behind.
//!
//! Rows that were deleted since look like a part that was lost where nothing else of the insert is in their partition. So what is missing
//! goes, in that table of its own, through all that was deleted and changed since the insert was cut, and through the TTL. An insert whose fate is
//! unknown and a deletion may have come in either order. What looks at a clock or at other rows is left out: it might take others now.
//!
//! No token protects what comes late. So each attempt has a table of its own, and begins by dropping those of the attempts before, from
//! which nothing can come then; the query id, which all statements of one insert share, says that none is running.

use std::time::Duration;

use streamhouse_schema::sql;
use uuid::Uuid;

use super::insert::{PINNED, beginning, statement};
use super::{Insert, Part, Route, Sink, SinkError};

impl Sink {
    /// Whether the table's inserts are not written down together with their parts: a Keeper does both at once.
    pub(crate) async fn may_lack_parts(&self, insert: &Insert) -> Result<bool, SinkError> {
        self.in_default()
            .query("SELECT NOT match(engine, '^(Replicated|Shared)') FROM system.tables WHERE database = ? AND name = ?")
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_one()
            .await
            .map_err(|error| self.failed(insert, "asking for the engine of a table", &error))
    }

    /// What has to be done to rows that come late, for them to be as if they had been there: what was deleted and changed since the insert
    /// was cut, in the order of time and as the server says it, and that rows go with time.
    pub(crate) async fn mutations_since(&self, insert: &Insert) -> Result<Vec<String>, SinkError> {
        self.in_default()
            .query(
                // Other changes of columns are mutations too; a table that is made like it has those.
                "SELECT arrayConcat( \
                    (SELECT groupArray(command) FROM ( \
                        SELECT command, create_time, mutation_id, rowNumberInAllBlocks() AS number FROM system.mutations \
                        WHERE database = ? AND table = ? AND create_time >= toDateTime(?) AND NOT is_killed \
                            AND match(command, '^[(]{0,1}(DELETE|UPDATE|CLEAR COLUMN) ') \
                        ORDER BY create_time, length(mutation_id), mutation_id, number)), \
                    if(position(engine_full, ' TTL ') > 0, ['MATERIALIZE TTL'], [])) \
                 FROM system.tables WHERE database = ? AND name = ?",
            )
            .bind(&self.database)
            .bind(&insert.table)
            .bind(insert.cut_at / 1000)
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_one()
            .await
            .map_err(|error| self.failed(insert, "asking what was deleted", &error))
    }

    /// The tables of earlier attempts, by their names. None of their statements runs once this answers.
    pub(crate) async fn left_beside(&self, insert: &Insert) -> Result<Vec<String>, SinkError> {
        self.in_default()
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
        let (present, partition_id) = tokio::join!(self.count(insert), self.partition_id(insert));
        let present = present?;
        if present.is_empty() {
            return Ok(Part::Whole);
        }
        let partitions = present.into_iter().map(|(partition, _)| partition).collect();
        Ok(Part::Except { partition_id: partition_id?, partitions })
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

    /// Does to the rows of the table of an attempt what was done to those of the one that it is like.
    pub(crate) async fn mutate(
        &self,
        insert: &Insert,
        beside: &str,
        mutations: &[String],
    ) -> Result<(), SinkError> {
        let own = self.qualified(beside);
        // Otherwise it waits until the server has little else to do.
        let at_once = "MODIFY SETTING number_of_free_entries_in_pool_to_execute_mutation = 0";
        for what in std::iter::once(at_once).chain(mutations.iter().map(String::as_str)) {
            self.alone(insert, &format!("ALTER TABLE {own} {what}")).await.map_err(reason)?;
        }
        Ok(())
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

    /// The columns of a table that rows are made of.
    pub(crate) async fn stored_columns(
        &self,
        insert: &Insert,
        table: &str,
    ) -> Result<Vec<String>, SinkError> {
        self.in_default()
            .query(
                "SELECT name FROM system.columns WHERE database = ? AND table = ? \
                 AND default_kind NOT IN ('ALIAS', 'EPHEMERAL') ORDER BY position",
            )
            .bind(&self.database)
            .bind(table)
            .fetch_all()
            .await
            .map_err(|error| self.failed(insert, "asking for the columns of a table", &error))
    }

    /// Inserts what the table of an attempt has into another one, or one partition of it: each partition of that one gets all of its rows or
    /// none. Views take nothing that say so (`fed`).
    pub(crate) async fn pour(
        &self,
        insert: &Insert,
        table: &str,
        beside: &str,
        columns: &[String],
        partition: Option<&str>,
    ) -> Result<(), SinkError> {
        let (begins, own) = (beginning(table), self.qualified(beside));
        let columns: Vec<String> = columns.iter().map(|column| sql::name(column)).collect();
        let columns = columns.join(", ");
        let only = partition.map(|id| format!(" WHERE _partition_id = {}", sql::string(id)));
        let only = only.unwrap_or_default();
        // Each attempt has a table of its own, so no other ever had this token.
        let token = format!("{}-{beside}", insert.token);
        self.alone_as(insert, &token, &format!("{begins}({columns}) SELECT {columns} FROM {own}{only}")).await
    }

    /// Runs a statement while no other of the insert runs. What it selects becomes one block.
    pub(super) async fn alone(&self, insert: &Insert, statement: &str) -> Result<(), SinkError> {
        self.alone_as(insert, &insert.token, statement).await
    }

    async fn alone_as(&self, insert: &Insert, token: &str, statement: &str) -> Result<(), SinkError> {
        let mut query = self.client.query(&statement.replace('?', "??"));
        for (name, value) in PINNED {
            query = query.with_setting(*name, *value);
        }
        query
            .with_setting("query_id", &insert.token)
            .with_setting("insert_deduplication_token", token)
            .with_setting("max_threads", "1")
            .with_setting("mutations_sync", "1")
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

/// Why a mutation does not end (UNFINISHED), where the server says it.
fn reason(error: SinkError) -> SinkError {
    match error {
        SinkError::Server { code: 341, operation, endpoint, message } => {
            let inner =
                message.split("reason: 'Code: ").nth(1).and_then(|rest| rest.split('.').next()?.parse().ok());
            SinkError::Server { code: inner.unwrap_or(341), operation, endpoint, message }
        }
        other => other,
    }
}
