//! What migrations ask of a server.

use super::insert::beginning;
use super::{Sink, SinkError};

impl Sink {
    /// Runs a statement of any kind; what it starts in the background is not waited for.
    pub(crate) async fn execute(&self, operation: &str, statement: &str) -> Result<(), SinkError> {
        self.execute_with(operation, statement, &[]).await
    }

    /// The same with settings, and with what else goes into a request as they do, such as `query_id`.
    pub(crate) async fn execute_with(
        &self,
        operation: &str,
        statement: &str,
        settings: &[(&str, &str)],
    ) -> Result<(), SinkError> {
        // `?` would be taken for a parameter.
        let mut query = self
            .client
            .query(&statement.replace('?', "??"))
            .with_setting("alter_sync", "0")
            .with_setting("mutations_sync", "0");
        for (name, value) in settings {
            query = query.with_setting(*name, *value);
        }
        query.execute().await.map_err(|error| SinkError::from_client(&self.endpoint, operation, &error))
    }

    /// The rows of a query.
    pub(crate) async fn rows<T>(&self, operation: &str, query: &str) -> Result<Vec<T>, SinkError>
    where
        T: clickhouse::RowOwned + clickhouse::RowRead,
    {
        self.client
            .query(&query.replace('?', "??"))
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, operation, &error))
    }

    /// What tells a table from another of the same name; `None` where there is none.
    pub(crate) async fn table_id(&self, table: &str) -> Result<Option<String>, SinkError> {
        let query = "SELECT toString(uuid) FROM system.tables WHERE database = ? AND name = ?";
        self.in_default()
            .query(query)
            .bind(&self.database)
            .bind(table)
            .fetch_optional()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "looking for a table", &error))
    }

    /// The type of a column, as the server prints it; `None` where there is no such column.
    pub(crate) async fn column_type(&self, table: &str, column: &str) -> Result<Option<String>, SinkError> {
        let query = "SELECT type FROM system.columns WHERE database = ? AND table = ? AND name = ?";
        self.client
            .query(query)
            .bind(&self.database)
            .bind(table)
            .bind(column)
            .fetch_optional()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a column's type", &error))
    }

    /// Parts that mutations of a table have still to rewrite, where there are such mutations, and why one of them fails.
    pub(crate) async fn mutations(&self, table: &str) -> Result<(Option<u64>, String), SinkError> {
        let query = "SELECT count(), toUInt64(sum(parts_to_do)), max(latest_fail_reason) FROM system.mutations \
                     WHERE database = ? AND table = ? AND NOT is_done AND NOT is_killed";
        let (count, parts, reason): (u64, u64, String) = self
            .client
            .query(query)
            .bind(&self.database)
            .bind(table)
            .fetch_one()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "looking at mutations", &error))?;
        Ok(((count > 0).then_some(parts), reason))
    }

    /// The partitions of a table in the order of their ids, each with its rows and its bytes on the disk.
    pub(crate) async fn partitions(&self, table: &str) -> Result<Vec<(String, u64, u64)>, SinkError> {
        let query = "SELECT partition_id, sum(rows), sum(bytes_on_disk) FROM system.parts \
                     WHERE database = ? AND table = ? AND active GROUP BY partition_id ORDER BY partition_id";
        self.client
            .query(query)
            .bind(&self.database)
            .bind(table)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "looking at partitions", &error))
    }

    /// The rows of a table; `None` where there is no such table.
    pub(crate) async fn stored_rows(&self, table: &str) -> Result<Option<u64>, SinkError> {
        let query = "SELECT any(total_rows) FROM system.tables WHERE database = ? AND name = ?";
        self.client
            .query(query)
            .bind(&self.database)
            .bind(table)
            .fetch_one()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "counting the rows of a table", &error))
    }

    /// Ends a statement that runs under a query id, where there is one.
    pub(crate) async fn kill(&self, query_id: &str) -> Result<(), SinkError> {
        self.client
            .query("KILL QUERY WHERE query_id = ? ASYNC")
            .bind(query_id)
            .execute()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "ending a statement", &error))
    }

    /// Cancels the mutations of a table that are not done.
    pub(crate) async fn cancel_mutations(&self, table: &str) -> Result<(), SinkError> {
        let kill = "KILL MUTATION WHERE database = ? AND table = ? AND NOT is_done";
        self.client
            .query(kill)
            .bind(&self.database)
            .bind(table)
            .execute()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "cancelling mutations", &error))
    }

    /// Whether an insert into a table runs, or what completes one.
    pub(crate) async fn is_inserting(&self, table: &str) -> Result<bool, SinkError> {
        let query = "SELECT count() FROM system.processes WHERE current_database = ? \
                     AND (startsWith(query, ?) OR startsWith(query, ?))";
        let count: u64 = self
            .client
            .query(query)
            .bind(&self.database)
            .bind(beginning(table))
            .bind(format!("ALTER TABLE {} ATTACH PARTITION ID ", self.qualified(table)))
            .fetch_one()
            .await
            .map_err(|error| {
                SinkError::from_client(&self.endpoint, "looking for inserts that run", &error)
            })?;
        Ok(count > 0)
    }
}
