//! Which views a table feeds, asked once for all inserts that were cut before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::context::Context;
use super::insert::Batch;
use super::step::in_time;
use crate::sink::{Insert, Route, SinkError, Views};

/// The views that tables feed, by the tables, and when they were asked for.
#[derive(Debug, Default)]
pub(super) struct KnownViews {
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    views: Arc<Views>,
    asked: Instant,
    /// Of the table.
    generation: String,
}

impl KnownViews {
    /// What was asked after the insert was cut, and before any migration, is all that can have taken it.
    fn of(&self, table: &str, generation: &str, cut: Instant) -> Option<Arc<Views>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(table).filter(|known| known.asked >= cut && known.generation == generation)?;
        Some(Arc::clone(&known.views))
    }

    /// Something is not as it was.
    pub(super) fn forget(&self, table: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(table);
    }
}

impl Context {
    /// The views that may lack an insert of a batch.
    pub(super) async fn views(
        &self,
        batch: &Batch,
        insert: &Insert,
        route: &Route,
    ) -> Result<Arc<Views>, SinkError> {
        if let Some(views) = self.known_views.of(&insert.table, &route.generation, batch.since) {
            return Ok(views);
        }
        let asked = Instant::now();
        let views = Arc::new(in_time(self, self.sink.views(insert)).await?);
        let known = Known { views: Arc::clone(&views), asked, generation: route.generation.clone() };
        let mut all = self.known_views.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(insert.table.clone(), known);
        Ok(views)
    }
}
