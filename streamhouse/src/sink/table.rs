//! Tables: created by one explicit call, checked before the first insert.

use streamhouse_schema::frame_schema::{Delivery, FrameSchema};
use streamhouse_schema::sql;

use super::{Sink, SinkError};
use crate::frame::BATCH_COLUMN;

impl Sink {
    /// Creates the database where it is missing.
    pub(crate) async fn create_database(&self) -> Result<(), SinkError> {
        let statement = format!("CREATE DATABASE IF NOT EXISTS {}", sql::name(&self.database));
        // The session of a request begins in its database, which need not exist yet.
        self.run("creating the database", self.client.clone().with_database("default").query(&statement))
            .await
    }

    /// Runs a statement that creates a table.
    pub(crate) async fn create_table(&self, statement: &str) -> Result<(), SinkError> {
        // `?` would be taken for a parameter.
        self.run("creating a table", self.client.query(&statement.replace('?', "??"))).await
    }

    /// Whether the server answers and lets the user in.
    pub(crate) async fn ping(&self) -> Result<(), SinkError> {
        self.run("connecting", self.client.clone().with_database("default").query("SELECT 1 FORMAT Null"))
            .await
    }

    /// Checks that an event's table has all columns that its frames bring.
    pub(crate) async fn check_table(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let present: Vec<String> = self
            .client
            .clone()
            .with_database("default")
            .query("SELECT name FROM system.columns WHERE database = ? AND table = ?")
            .bind(&self.database)
            .bind(&schema.table)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a table's columns", &error))?;
        if present.is_empty() {
            return Err(SinkError::MissingTable {
                event: schema.event.clone(),
                database: self.database.clone(),
                table: schema.table.clone(),
            });
        }
        let batch = match schema.delivery {
            Delivery::ExactlyOnce => Some((BATCH_COLUMN.to_string(), "UInt64 MATERIALIZED 0".to_string())),
            Delivery::AtLeastOnce => None,
        };
        let needed =
            schema.columns.iter().map(|column| (column.name.clone(), column.ty.to_string())).chain(batch);
        match needed.into_iter().find(|(name, _)| !present.contains(name)) {
            None => Ok(()),
            Some((column, ty)) => Err(SinkError::MissingColumn {
                event: schema.event.clone(),
                database: self.database.clone(),
                table: schema.table.clone(),
                column,
                ty,
            }),
        }
    }

    async fn run(&self, operation: &str, query: clickhouse::query::Query) -> Result<(), SinkError> {
        query.execute().await.map_err(|error| SinkError::from_client(&self.endpoint, operation, &error))
    }
}
