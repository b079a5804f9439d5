//! Ends the query of a client that went away.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use super::kill;
use super::running::Query;

/// Between two attempts: the query may not have reached the engine yet.
const AGAIN: Duration = Duration::from_millis(200);

/// Lives as long as somebody waits for the answer. Dropped before its time, it cancels a query that only reads.
pub(super) struct Watch {
    shared: Arc<Shared>,
    query: Arc<Query>,
    done: bool,
}

impl Watch {
    pub(super) fn new(shared: &Arc<Shared>, query: &Arc<Query>) -> Self {
        Self { shared: Arc::clone(shared), query: Arc::clone(query), done: false }
    }

    /// The answer is complete, or there is nobody any more who would make it.
    pub(super) fn done(&mut self) {
        self.done = true;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // What changes something goes on to its end, as on a ClickHouse server.
        if self.done || !self.query.reads.load(Ordering::Relaxed) {
            return;
        }
        self.query.cancel();
        let (shared, query) = (Arc::clone(&self.shared), Arc::clone(&self.query));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                while shared.running.holds(&query) {
                    let (engine, mark) = (Arc::clone(&shared.engine), query.mark.clone());
                    let _ = tokio::task::spawn_blocking(move || kill::by_mark(&engine, &mark)).await;
                    tokio::time::sleep(AGAIN).await;
                }
            });
        }
    }
}
