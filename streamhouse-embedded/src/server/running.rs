//! The queries that run, by their ids.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The setting that carries a query's mark into the engine, which has no place for a client's query id: it shows in
/// `system.processes`, and serves a cache that the engine keeps empty.
pub(super) const MARK_SETTING: &str = "query_cache_tag";

/// The ids in use.
#[derive(Debug, Default, Clone)]
pub(super) struct Running {
    queries: Arc<Mutex<HashMap<String, Arc<Query>>>>,
    serial: Arc<AtomicU64>,
}

/// A query that runs.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) id: String,
    /// Names this run: a number, a colon, the id.
    pub(super) mark: String,
    /// Whether the query is of no use without its client.
    pub(super) reads: AtomicBool,
    /// How far it has come, for the log.
    stage: Mutex<&'static str>,
    cancelled: watch::Sender<bool>,
}

/// An id in use; free again when this is dropped, which is when the engine is done with the query, whether or not the
/// client is still there.
#[derive(Debug)]
pub(super) struct RunningQuery {
    running: Running,
    query: Arc<Query>,
}

impl Running {
    /// Takes an id; `None` where a query of that id runs.
    pub(super) fn begin(&self, id: &str) -> Option<RunningQuery> {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let query = Arc::new(Query {
            id: id.to_string(),
            mark: format!("{serial}:{id}"),
            reads: AtomicBool::new(false),
            stage: Mutex::new("waiting for a thread"),
            cancelled: watch::Sender::new(false),
        });
        let mut queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        if queries.contains_key(id) {
            return None;
        }
        queries.insert(id.to_string(), Arc::clone(&query));
        Some(RunningQuery { running: self.clone(), query })
    }

    /// Whether this very run is still going on.
    pub(super) fn holds(&self, query: &Query) -> bool {
        let queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        queries.get(&query.id).is_some_and(|other| other.mark == query.mark)
    }

    /// Cancels the run of this id, so far as it waits for its client.
    pub(super) fn cancel(&self, id: &str) {
        let queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(query) = queries.get(id) {
            query.cancel();
        }
    }

    /// Cancels all, so far as they wait for their clients.
    pub(super) fn cancel_all(&self) {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(|query| query.cancel());
    }

    /// How many queries run.
    pub(super) fn count(&self) -> usize {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Query {
    pub(super) fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Notes how far it has come.
    pub(super) fn at(&self, stage: &'static str) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// How far it has come.
    pub(super) fn stage(&self) -> &'static str {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    /// Done once the query is cancelled.
    pub(super) async fn cancelled(&self) {
        // Never closed: `self` holds the sender.
        let _ = self.cancelled.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

impl RunningQuery {
    pub(super) fn query(&self) -> &Arc<Query> {
        &self.query
    }
}

impl Drop for RunningQuery {
    fn drop(&mut self) {
        self.running.queries.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.query.id);
    }
}
