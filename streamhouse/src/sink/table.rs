//! Tables: created by one explicit call.

use streamhouse_schema::sql;

use super::{Sink, SinkError};

impl Sink {
    /// Creates the database where it is missing.
    pub(crate) async fn create_database(&self) -> Result<(), SinkError> {
        let statement = format!("CREATE DATABASE IF NOT EXISTS {}", sql::name(&self.database));
        self.run("creating the database", self.in_default().query(&statement)).await
    }

    /// Runs a statement that creates a table or a view.
    pub(crate) async fn create(&self, statement: &str) -> Result<(), SinkError> {
        // `?` would be taken for a parameter.
        self.run("creating a table", self.client.query(&statement.replace('?', "??"))).await
    }

    /// Whether the server answers and lets the user in.
    pub(crate) async fn ping(&self) -> Result<(), SinkError> {
        self.run("connecting", self.in_default().query("SELECT 1 FORMAT Null")).await
    }

    async fn run(&self, operation: &str, query: clickhouse::query::Query) -> Result<(), SinkError> {
        query.execute().await.map_err(|error| SinkError::from_client(&self.endpoint, operation, &error))
    }
}
