//! What an event's table has to have, checked before the first insert and after each that was refused.

use std::collections::BTreeMap;

use streamhouse_schema::change::{Conversion, between};
use streamhouse_schema::frame_schema::{Delivery, FrameSchema};
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::{Sink, SinkError};
use crate::frame::BATCH_COLUMN;

/// The setting without which a table knows no tokens. Replicated tables have one of their own, on by default.
pub(super) const WINDOW: &str = "non_replicated_deduplication_window";
/// Inserts that a table is to remember.
pub(super) const WINDOW_SIZE: u32 = 10_000;

/// Why a table remembers no inserts.
pub(super) enum Forgetful {
    /// Its engine, by name.
    Engine(String),
    /// It has no window for them.
    Window,
}

impl Sink {
    /// Checks that the table has a column for each that the event's frames bring, which holds its values, and that it recognises a repeated insert.
    pub(crate) async fn check_table(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let exactly_once = schema.delivery == Delivery::ExactlyOnce;
        let (columns, forgets) = tokio::join!(self.columns(schema), async {
            if exactly_once { self.forgets_inserts(schema).await } else { Ok(None) }
        });
        let columns = columns?;
        if columns.is_empty() {
            self.knows_types(schema).await?;
            return Err(SinkError::MissingTable {
                event: schema.event.clone(),
                database: self.database.clone(),
                table: schema.table.clone(),
            });
        }
        let batch = exactly_once.then(|| (BATCH_COLUMN.to_string(), "UInt64 MATERIALIZED 0".to_string()));
        let needed =
            schema.columns.iter().map(|column| (column.name.clone(), column.ty.to_string())).chain(batch);
        for (column, ty) in needed {
            if !columns.contains_key(&column) {
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
        // The server converts what it is sent into what a column stores, and does so without a word where a number does
        // not fit (`input_format_native_allow_types_conversion`).
        for column in &schema.columns {
            let Some(found) = columns.get(&column.name) else { continue };
            let text = column.ty.to_string();
            let fits = *found == text
                || found.parse().is_ok_and(|stored: Type| between(&column.ty, &stored) < Conversion::Lossy);
            if !fits {
                return Err(SinkError::ColumnType {
                    event: schema.event.clone(),
                    column: column.name.clone(),
                    found: found.clone(),
                    statement: self
                        .alter(schema, &format!("MODIFY COLUMN {} {text}", sql::name(&column.name))),
                });
            }
        }
        match forgets? {
            Some(help) => Err(SinkError::NoDeduplication {
                event: schema.event.clone(),
                table: schema.table.clone(),
                help,
            }),
            None => Ok(()),
        }
    }

    /// The table's columns and their types, as the server prints them.
    async fn columns(&self, schema: &FrameSchema) -> Result<BTreeMap<String, String>, SinkError> {
        let columns: Vec<(String, String)> = self
            .in_default()
            .query("SELECT name, type FROM system.columns WHERE database = ? AND table = ?")
            .bind(&self.database)
            .bind(&schema.table)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a table's columns", &error))?;
        Ok(columns.into_iter().collect())
    }

    /// What makes the table remember inserts, where it does not: it has to be a MergeTree with a window, by its own setting
    /// or by the server's.
    async fn forgets_inserts(&self, schema: &FrameSchema) -> Result<Option<String>, SinkError> {
        let found = self.forgetful(&[&schema.table]).await?;
        Ok(found.into_iter().next().map(|(_, why)| match why {
            Forgetful::Engine(engine) => {
                format!(
                    "{engine} hands inserts on or drops them: take a MergeTree, or `delivery = at_least_once`"
                )
            }
            Forgetful::Window => self.alter(schema, &format!("MODIFY SETTING {WINDOW} = {WINDOW_SIZE}")),
        }))
    }

    /// Those of some tables that remember no inserts, and why.
    pub(super) async fn forgetful(&self, tables: &[&str]) -> Result<Vec<(String, Forgetful)>, SinkError> {
        let found: Vec<(String, String, String, String)> = self
            .in_default()
            .query(&format!(
                "SELECT name, engine, extract(engine_full, '{WINDOW} = (\\\\d+)'), \
                 assumeNotNull((SELECT any(value) FROM system.merge_tree_settings WHERE name = '{WINDOW}')) \
                 FROM system.tables WHERE database = ? AND name IN ? ORDER BY name"
            ))
            .bind(&self.database)
            .bind(tables)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "reading a table's settings", &error))?;
        let forgetful = |(name, engine, own, server): (String, String, String, String)| {
            // Others hand on what they get, or drop it: nobody can say afterwards what became of an insert.
            let Some(family) = engine.strip_suffix("MergeTree") else {
                return Some((name, Forgetful::Engine(engine)));
            };
            if family.starts_with("Replicated") || family.starts_with("Shared") {
                return None;
            }
            let window = if own.is_empty() { server } else { own };
            let remembers = window.parse::<u64>().is_ok_and(|window| window > 0);
            (!remembers).then_some((name, Forgetful::Window))
        };
        Ok(found.into_iter().filter_map(forgetful).collect())
    }

    fn alter(&self, schema: &FrameSchema, change: &str) -> String {
        format!("ALTER TABLE {}.{} {change}", sql::name(&self.database), sql::name(&schema.table))
    }
}
