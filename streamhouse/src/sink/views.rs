//! Views that hang on a table.

use std::collections::BTreeMap;
use std::time::Duration;

use streamhouse_schema::sql::{self, SEAMS};
use streamhouse_schema::table::{self, Created};

use super::check::{Forgetful, WINDOW, WINDOW_SIZE};
use super::{Insert, Sink, SinkError};
use crate::frame::BATCH_COLUMN;

/// How far the clocks of Redis and ClickHouse may be apart.
const CLOCKS: Duration = Duration::from_secs(5);

/// What a view writes into, by its statement and its UUID.
pub(super) fn target(statement: &str, database: &str, id: &str) -> Option<String> {
    match table::created(statement, database) {
        Ok(Created::View(view)) => Some(view.to.unwrap_or_else(|| format!(".inner_id.{id}"))),
        _ => None,
    }
}

impl Sink {
    /// Whether a table that feeds views has so few inserts behind this one that it remembers it where it was made. Then repeating it
    /// writes nothing into the table that is there, and into each view what that has not taken.
    ///
    /// A table that a migration has changed since remembers nothing of the one before.
    pub(crate) async fn remembers(&self, insert: &Insert) -> Result<bool, SinkError> {
        let failed = |error| self.failed(insert, "asking what a table remembers", &error);
        let (engine, own, server): (String, String, String) = self
            .in_default()
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

    /// What is said of views that a table feeds whose targets remember no inserts: an insert that is repeated comes twice there.
    pub(crate) async fn forgetful_targets(&self, table: &str) -> Result<Vec<String>, SinkError> {
        let views: Vec<(String, String, String)> = self.in_default()
            .query(
                "SELECT name, toString(uuid), create_table_query FROM system.tables \
                 WHERE database = ? AND engine = 'MaterializedView' AND name IN ( \
                    SELECT arrayJoin(arrayFilter((view, its) -> its = ?, dependencies_table, dependencies_database)) \
                    FROM system.tables WHERE database = ? AND name = ?) ORDER BY name",
            )
            .bind(&self.database)
            .bind(&self.database)
            .bind(&self.database)
            .bind(table)
            .fetch_all()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "looking for views", &error))?;
        let views: Vec<(String, String)> = views
            .into_iter()
            .filter_map(|(view, id, statement)| Some((view, target(&statement, &self.database, &id)?)))
            .collect();
        if views.is_empty() {
            return Ok(Vec::new());
        }
        let targets: Vec<&str> = views.iter().map(|(_, target)| target.as_str()).collect();
        let forgetful: BTreeMap<String, Forgetful> = self.forgetful(&targets).await?.into_iter().collect();
        let said = |(view, target): (String, String)| {
            let help = match forgetful.get(&target)? {
                Forgetful::Engine(engine) => {
                    format!("{engine} hands inserts on or drops them: take a MergeTree")
                }
                Forgetful::Window => {
                    format!("ALTER TABLE {} MODIFY SETTING {WINDOW} = {WINDOW_SIZE}", self.qualified(&target))
                }
            };
            Some(format!(
                "the view `{view}` gets some inserts twice, for its target `{target}` remembers none: {help}"
            ))
        };
        Ok(views.into_iter().filter_map(said).collect())
    }

    pub(super) fn qualified(&self, table: &str) -> String {
        format!("{}.{}", sql::name(&self.database), sql::name(table))
    }
}
