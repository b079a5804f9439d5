//! What an event's table has to have, checked before the first insert and after each that was refused.

use streamhouse_schema::frame_schema::{Delivery, FrameSchema};
use streamhouse_schema::sql;
use streamhouse_schema::version::Version;

use super::{Sink, SinkError};
use crate::frame::BATCH_COLUMN;

/// The setting without which a table knows no tokens. Replicated tables have one of their own, on by default.
const WINDOW: &str = "non_replicated_deduplication_window";
/// Inserts that a table is to remember.
const WINDOW_SIZE: u32 = 10_000;

impl Sink {
    /// Checks that the table has all columns that the event's frames bring, and that it recognises a repeated insert.
    pub(crate) async fn check_table(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let columns = self.columns(schema).await?;
        if columns.is_empty() {
            self.knows_types(schema).await?;
            return Err(SinkError::MissingTable {
                event: schema.event.clone(),
                database: self.database.clone(),
                table: schema.table.clone(),
            });
        }
        let exactly_once = schema.delivery == Delivery::ExactlyOnce;
        let batch = exactly_once.then(|| (BATCH_COLUMN.to_string(), "UInt64 MATERIALIZED 0".to_string()));
        let needed =
            schema.columns.iter().map(|column| (column.name.clone(), column.ty.to_string())).chain(batch);
        for (column, ty) in needed {
            if !columns.contains(&column) {
                self.knows_types(schema).await?;
                let statement = self.alter(schema, &format!("ADD COLUMN {} {ty}", sql::name(&column)));
                return Err(SinkError::MissingColumn {
                    event: schema.event.clone(),
                    table: schema.table.clone(),
                    column,
                    ty,
                    statement,
                });
            }
        }
        if exactly_once && !self.recognises_inserts(schema).await? {
            return Err(SinkError::NoDeduplication {
                event: schema.event.clone(),
                table: schema.table.clone(),
                statement: self.alter(schema, &format!("MODIFY SETTING {WINDOW} = {WINDOW_SIZE}")),
            });
        }
        Ok(())
    }

    /// Checks that the server is not older than something that an event's table uses.
    pub(crate) async fn check_version(
        &self,
        event: &str,
        what: &str,
        since: Version,
    ) -> Result<(), SinkError> {
        let found: String = self
            .client
            .clone()
            .with_database("default")
            .query("SELECT version()")
            .fetch_one()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "asking for its version", &error))?;
        match Version::of_server(&found) {
            Some(version) if version < since => Err(SinkError::TooOld {
                event: event.to_string(),
                what: what.to_string(),
                since,
                endpoint: self.endpoint.clone(),
                found,
            }),
            // Somebody's own build may say anything; what it refuses, it refuses in its own words.
            _ => Ok(()),
        }
    }

    /// Where something is missing, whether that is because the server does not have a column's type. What is there is not
    /// asked for: an older server may have been told to allow it.
    async fn knows_types(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let needs = schema.columns.iter().filter_map(|column| column.ty.need());
        match needs.max_by_key(|need| need.since) {
            Some(need) => self.check_version(&schema.event, &need.what, need.since).await,
            None => Ok(()),
        }
    }

    async fn columns(&self, schema: &FrameSchema) -> Result<Vec<String>, SinkError> {
        self.client
            .clone()
            .with_database("default")
            .query("SELECT name FROM system.columns WHERE database = ? AND table = ?")
            .bind(&self.database)
            .bind(&schema.table)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a table's columns", &error))
    }

    /// Whether a plain MergeTree has a window, by its own setting or by the server's.
    async fn recognises_inserts(&self, schema: &FrameSchema) -> Result<bool, SinkError> {
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
            .bind(&schema.table)
            .fetch_one()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a table's settings", &error))?;
        let plain = engine.ends_with("MergeTree")
            && !engine.starts_with("Replicated")
            && !engine.starts_with("Shared");
        let window = if own.is_empty() { server } else { own };
        Ok(!plain || window.parse::<u64>().is_ok_and(|window| window > 0))
    }

    fn alter(&self, schema: &FrameSchema, change: &str) -> String {
        format!("ALTER TABLE {}.{} {change}", sql::name(&self.database), sql::name(&schema.table))
    }
}
