//! Views that hang on a table.

use std::time::Duration;

use streamhouse_schema::sql::{self, SEAMS};

use super::check::{WINDOW, WINDOW_SIZE};
use super::{Insert, Sink, SinkError};
use crate::frame::BATCH_COLUMN;

/// How far the clocks of Redis and ClickHouse may be apart.
const CLOCKS: Duration = Duration::from_secs(5);

impl Sink {
    /// Whether a table that feeds views has so few inserts behind this one that it remembers it where it was made. Then repeating it
    /// writes nothing into the table that is there, and into each view what that has not taken.
    ///
    /// A table that a migration has changed since remembers nothing of the one before.
    pub(crate) async fn remembers(&self, insert: &Insert) -> Result<bool, SinkError> {
        let failed = |error| self.failed(insert, "asking what a table remembers", &error);
        let (engine, own, server): (String, String, String) = self
            .client
            .clone()
            .with_database("default")
            .query(&format!(
                "SELECT engine, extract(engine_full, '{WINDOW} = (\\\\d+)'), \
                 assumeNotNull((SELECT any(value) FROM system.merge_tree_settings WHERE name = '{WINDOW}')) \
                 FROM system.tables WHERE database = ? AND name = ?"
            ))
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_one()
            .await
            .map_err(failed)?;
        let since = insert.cut_at.saturating_sub(CLOCKS.as_millis() as u64);
        let seams =
            format!("SELECT count() FROM {SEAMS} WHERE table = ? AND at >= fromUnixTimestamp64Milli(?)");
        let later = format!(
            "SELECT uniqExact({BATCH_COLUMN}) FROM {} WHERE {BATCH_COLUMN} > {}",
            self.qualified(&insert.table),
            insert.id
        );
        let later = later.replace('?', "??");
        let (changed, later): (Result<u64, _>, Result<u64, _>) = tokio::join!(
            self.client.query(&seams).bind(&insert.table).bind(since).fetch_one(),
            self.client.query(&later).fetch_one(),
        );
        if self.or_nothing(changed)?.unwrap_or(0) > 0 {
            return Ok(false);
        }
        let later = later.map_err(failed)?;
        let window = match engine.starts_with("Replicated") || engine.starts_with("Shared") {
            true => u64::from(WINDOW_SIZE),
            false => if own.is_empty() { server } else { own }.parse().unwrap_or(0),
        };
        // Half of it: an insert that came later may be of a batch that was cut before.
        Ok(later < window / 2)
    }

    pub(super) fn qualified(&self, table: &str) -> String {
        format!("{}.{}", sql::name(&self.database), sql::name(table))
    }
}
