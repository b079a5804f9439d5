//! What a runner waits for: statements of one that is gone, workers, and what the server rewrites.

use std::time::Duration;

use super::Progress;
use super::run::{Halt, Runner, Way};
use crate::sink::SinkError;

/// Between two looks at what the server rewrites.
const LOOK: Duration = Duration::from_millis(200);
/// After which time every worker has seen that a table changes: they look every second (`worker::context`), and an insert that
/// was about to be sent is sent.
const SEEN: Duration = Duration::from_secs(3);
/// How often in a row a mutation may be found failing before it is cancelled.
const PATIENCE: u32 = 25;

impl Runner<'_> {
    /// A server goes on with the statement of a runner that is gone: waits until none of it runs any more.
    pub(super) async fn wait_for_earlier(&self, way: &Way<'_>, first: usize) -> Result<(), Halt> {
        let begun = way.begun.as_ref().map_or(0, |(number, _)| *number);
        let last = begun.max(way.done + 1).min(way.statements.len() as u32);
        if way.done == 0 && begun == 0 {
            return Ok(());
        }
        for number in first as u32 + 1..=last {
            let query_id = way.query_id(self.sink.database(), number);
            // A copy begins anew, so nobody needs what it would write.
            if number > first as u32 + 1 && self.sink.kill(&query_id).await.is_err() {
                tracing::debug!(query_id, "the server does not let a statement be ended; it is waited for");
            }
            loop {
                let id = [("query_id", query_id.as_str())];
                match self.sink.execute_with("waiting for a statement", "SELECT 1 FORMAT Null", &id).await {
                    // QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING.
                    Err(SinkError::Server { code: 216, .. }) => {}
                    done => break done?,
                }
                self.held().await?;
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(())
    }

    /// Waits until every worker has seen that it may not insert, and what was inserted before is there.
    pub(super) async fn wait_for_workers(&self, table: &str) -> Result<(), Halt> {
        tokio::time::sleep(SEEN).await;
        while self.sink.is_inserting(table).await? {
            self.held().await?;
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until the server has rewritten what it has to; cancels what does not come to an end.
    pub(super) async fn wait(
        &self,
        table: &str,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), Halt> {
        let mut failing = 0;
        loop {
            let (parts, reason) = self.sink.mutations(table).await?;
            let Some(parts) = parts else { return Ok(()) };
            report(Progress::Mutation { parts });
            failing = if reason.is_empty() { 0 } else { failing + 1 };
            if failing > PATIENCE {
                self.sink.cancel_mutations(table).await?;
                return Err(Halt::Sink(SinkError::Server {
                    endpoint: self.sink.endpoint().to_string(),
                    operation: "rewriting rows, which is cancelled; a column has its old type again".into(),
                    code: 341,
                    message: reason,
                }));
            }
            self.held().await?;
            tokio::time::sleep(LOOK).await;
        }
    }
}
