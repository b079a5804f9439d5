//! The table that dead letters are copied into.

use std::collections::HashSet;

use bytes::Bytes;
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::{Sink, SinkError};

impl Sink {
    /// Creates the table where it is missing, with the columns that all letters have.
    pub(crate) async fn create_dead(&self, table: &str, columns: &[(&str, &str)]) -> Result<(), SinkError> {
        let columns: Vec<String> =
            columns.iter().map(|(name, ty)| format!("{} {ty}", sql::name(name))).collect();
        let statement = format!(
            "CREATE TABLE IF NOT EXISTS {} ({}) ENGINE = ReplacingMergeTree ORDER BY (_dead_letter, _dead_row)",
            sql::name(table),
            columns.join(", "),
        );
        self.create(&statement).await
    }

    /// Adds the columns that are missing.
    pub(crate) async fn widen_dead(&self, table: &str, columns: &[(String, Type)]) -> Result<(), SinkError> {
        let columns: Vec<String> = columns
            .iter()
            .map(|(name, ty)| format!("ADD COLUMN IF NOT EXISTS {} {ty}", sql::name(name)))
            .collect();
        self.create(&format!("ALTER TABLE {} {}", sql::name(table), columns.join(", "))).await
    }

    /// Which of these letters are in the table.
    pub(crate) async fn dead_there(
        &self,
        table: &str,
        letters: &[String],
    ) -> Result<HashSet<String>, SinkError> {
        let letters: Vec<String> = letters.iter().map(|letter| sql::string(letter)).collect();
        let query = format!(
            "SELECT DISTINCT _dead_letter FROM {}.{} WHERE _dead_letter IN ({})",
            sql::name(&self.database),
            sql::name(table),
            letters.join(", ")
        );
        let there: Vec<String> = self.system("reading which dead letters are there", &query).await?;
        Ok(there.into_iter().collect())
    }

    /// Inserts a block.
    pub(crate) async fn insert_dead(
        &self,
        table: &str,
        columns: &[&str],
        native: Vec<Bytes>,
    ) -> Result<(), SinkError> {
        let columns: Vec<String> = columns.iter().map(|name| sql::name(name)).collect();
        let statement = format!("INSERT INTO {} ({}) FORMAT Native", sql::name(table), columns.join(", "));
        let mut request = self
            .client
            .insert_formatted_with(statement)
            .with_setting("async_insert", "0")
            .with_setting("input_format_native_allow_types_conversion", "1");
        let sent = async {
            for piece in native {
                request.send(piece).await?;
            }
            request.end().await
        };
        sent.await.map_err(|error| SinkError::from_client(&self.endpoint, "copying dead letters", &error))
    }
}
