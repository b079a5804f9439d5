//! The queries that run, by their ids.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The ids in use.
#[derive(Debug, Default, Clone)]
pub(super) struct Running {
    ids: Arc<Mutex<HashSet<String>>>,
}

/// An id in use; free again when this is dropped, which is when the engine is done with the query, whether or not the
/// client is still there.
#[derive(Debug)]
pub(super) struct RunningQuery {
    ids: Running,
    id: String,
}

impl Running {
    /// Takes an id; `None` where a query of that id runs.
    pub(super) fn begin(&self, id: &str) -> Option<RunningQuery> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.to_string()).then(|| RunningQuery { ids: self.clone(), id: id.to_string() })
    }
}

impl Drop for RunningQuery {
    fn drop(&mut self) {
        self.ids.ids.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
