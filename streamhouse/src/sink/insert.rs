//! Inserting a block.

use std::time::Duration;

use super::{Insert, Sink, SinkError, quoted};

/// Settings without which an insert would not be what this project relies on: one block stays one block, so that each
/// partition's part is written whole or not at all; a token is compared; rows are stored as they are sent.
const PINNED: &[(&str, &str)] = &[
    ("async_insert", "0"),
    ("insert_deduplicate", "1"),
    ("deduplicate_blocks_in_dependent_materialized_views", "1"),
    ("max_insert_block_size", "100000000"),
    ("min_insert_block_size_rows", "100000000"),
    ("min_insert_block_size_bytes", "0"),
    ("max_partitions_per_insert_block", "0"),
    ("optimize_on_insert", "0"),
    ("insert_allow_materialized_columns", "1"),
    ("input_format_native_allow_types_conversion", "1"),
];

impl Sink {
    /// Inserts a block in one request. An error does not say that nothing was inserted; the same insert may be sent
    /// again, for its token is compared.
    pub(crate) async fn insert(&self, insert: &Insert, limit: Duration) -> Result<(), SinkError> {
        let columns: Vec<String> = insert.columns.iter().map(|name| quoted(name)).collect();
        let statement =
            format!("INSERT INTO {} ({}) FORMAT Native", quoted(&insert.table), columns.join(", "));
        let mut request = self.client.insert_formatted_with(statement);
        for (name, value) in PINNED {
            request = request.with_setting(*name, *value);
        }
        let mut request = request
            .with_setting("query_id", &insert.token)
            .with_setting("insert_deduplication_token", &insert.token)
            .with_timeouts(Some(limit), Some(limit));

        // Every call has to succeed: `end` alone says nothing after a `send` that failed.
        let sent = async {
            for piece in &insert.native {
                request.send(piece.clone()).await?;
            }
            request.end().await
        };
        sent.await.map_err(|error| self.sort(insert, limit, &error))
    }

    fn sort(&self, insert: &Insert, limit: Duration, error: &clickhouse::error::Error) -> SinkError {
        let operation = format!("inserting `{}`", insert.event);
        match SinkError::from_client(&self.endpoint, &operation, error) {
            SinkError::TimedOut { endpoint, .. } => SinkError::TimedOut { endpoint, waited: limit },
            // UNKNOWN_TABLE, UNKNOWN_DATABASE.
            SinkError::Server { code: 60 | 81, .. } => SinkError::MissingTable {
                event: insert.event.clone(),
                database: self.database.clone(),
                table: insert.table.clone(),
            },
            other => other,
        }
    }
}
