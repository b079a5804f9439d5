//! Counting what an insert has left behind.

use super::{Insert, Sink, SinkError};
use crate::frame::BATCH_COLUMN;
use streamhouse_schema::sql;

impl Sink {
    /// Rows of an insert, by the id of the partition (`_partition_id`), in the order of the ids.
    pub(crate) async fn count(&self, insert: &Insert) -> Result<Vec<(String, u64)>, SinkError> {
        let statement = format!(
            "SELECT _partition_id, count() FROM {} WHERE {BATCH_COLUMN} = {} GROUP BY _partition_id ORDER BY _partition_id",
            self.qualified(&insert.table),
            insert.id
        );
        self.client
            .query(&statement.replace('?', "??"))
            // On a replicated table: not before this replica has all that was confirmed.
            .with_setting("select_sequential_consistency", "1")
            .fetch_all()
            .await
            .map_err(|error| self.failed(insert, "counting the rows of an insert", &error))
    }

    /// The greatest batch above `known` of a partition of the stream of which a table has rows, or 0; none where there is no such table.
    ///
    /// From ClickHouse 26.4 on, merged parts whose batches are all older than `known` are not read: `auto_statistics_types` and
    /// `use_statistics_for_part_pruning` are so by default.
    pub(crate) async fn greatest_batch(
        &self,
        table: &str,
        event: &str,
        partition: u16,
        known: u64,
    ) -> Result<Option<u64>, SinkError> {
        // The partition stands above the twelve bits of the counter (docs/format.md, "Batch").
        let statement = format!(
            "SELECT max({BATCH_COLUMN}) FROM {} \
             WHERE {BATCH_COLUMN} > {known} AND bitAnd(bitShiftRight({BATCH_COLUMN}, 12), 1023) = {partition}",
            self.qualified(table)
        );
        let found: Result<u64, _> = self.client.query(&statement.replace('?', "??")).fetch_one().await;
        match found {
            Ok(greatest) => Ok(Some(greatest)),
            Err(error) => {
                let operation = format!("asking for the greatest batch of `{event}`");
                match SinkError::from_client(&self.endpoint, &operation, &error) {
                    // Without the table, the database or the column nothing was ever inserted.
                    SinkError::Server { code: 60 | 81 | 47, .. } => Ok(None),
                    error => Err(error),
                }
            }
        }
    }

    /// Rows of an insert, counted under its own query id: ClickHouse refuses that while the insert runs.
    pub(crate) async fn count_alone(&self, insert: &Insert) -> Result<u64, SinkError> {
        let table = self.qualified(&insert.table);
        let statement = format!("SELECT count() FROM {table} WHERE {BATCH_COLUMN} = {}", insert.id);
        self.client
            .query(&statement.replace('?', "??"))
            .with_setting("query_id", &insert.token)
            .with_setting("select_sequential_consistency", "1")
            .fetch_one()
            .await
            .map_err(|error| self.failed(insert, "counting the rows of an insert that was refused", &error))
    }

    /// The expression that gives the id of a row's partition.
    ///
    /// It is made of the table's key as the server prints it, and tried on the rows that are there.
    pub(crate) async fn partition_id(&self, insert: &Insert) -> Result<String, SinkError> {
        let failed = |error| self.failed(insert, "reading a table's partition key", &error);
        let key: String = self
            .client
            .query("SELECT partition_key FROM system.tables WHERE database = ? AND name = ?")
            .bind(&self.database)
            .bind(&insert.table)
            .fetch_one()
            .await
            .map_err(failed)?;
        let id = match elements(&key) {
            "" => sql::string("all"),
            elements => format!("partitionId({elements})"),
        };
        let statement = format!(
            "SELECT countIf({id} != _partition_id) FROM {} WHERE {BATCH_COLUMN} = {}",
            self.qualified(&insert.table),
            insert.id
        );
        let wrong: u64 =
            self.client.query(&statement.replace('?', "??")).fetch_one().await.map_err(failed)?;
        if wrong > 0 {
            return Err(SinkError::Unverifiable {
                event: insert.event.clone(),
                table: insert.table.clone(),
                key,
            });
        }
        Ok(id)
    }
}

/// The elements of a key, without the parentheses of a tuple; those of `(a + b) % 8` are none.
fn elements(key: &str) -> &str {
    let key = key.trim();
    let inner =
        key.strip_prefix("tuple").unwrap_or(key).strip_prefix('(').and_then(|key| key.strip_suffix(')'));
    let Some(inner) = inner else { return key };
    let (mut depth, mut quote, mut chars) = (0_usize, None, inner.chars());
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return key,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    inner.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_keys() {
        for (key, expected) in [
            ("", ""),
            ("tuple()", ""),
            ("toYYYYMM(ts)", "toYYYYMM(ts)"),
            ("(toYYYYMM(ts), k)", "toYYYYMM(ts), k"),
            ("(a + b) % (c + 1)", "(a + b) % (c + 1)"),
            ("(concat(k, ')'), `)`)", "concat(k, ')'), `)`"),
            ("tupleElement(t, 1)", "tupleElement(t, 1)"),
        ] {
            assert_eq!(elements(key), expected);
        }
    }
}
