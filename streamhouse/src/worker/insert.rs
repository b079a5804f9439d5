//! Inserting a batch: until it is done, however long that takes.

use std::sync::Arc;
use std::time::Duration;

use super::assembler::KnownSchema;
use super::context::Context;
use crate::error::Error;
use crate::redis::Patience;
use crate::sink::{Insert, Reaction, SinkError};

/// The longest wait before the next attempt, where the cause passes by itself.
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// The wait where a person has to mend something.
const STOPPED: Duration = Duration::from_secs(2);

/// Sends the inserts of a batch one after the other, each under its token, again and again until ClickHouse has taken
/// it. What holds it up stands in the worker's status.
///
/// `false` where the worker ends and ClickHouse does not take them: the batch is recorded, and whoever takes the
/// partition next goes on with it.
pub(super) async fn insert_all(
    context: Arc<Context>,
    partition: String,
    inserts: Vec<(Arc<KnownSchema>, Insert)>,
) -> bool {
    let mut patience = Patience::up_to(LONGEST_RETRY);
    for (known, insert) in &inserts {
        while let Err(error) = attempt(&context, known, insert).await {
            context.status.retried();
            context.doubt_table(known.fingerprint);
            let reaction = error.reaction();
            context.status.trouble(&partition, &Error::Sink(error));
            let wait = match reaction {
                Reaction::Retry => patience.next(),
                Reaction::Stop => STOPPED,
            };
            context.pause(wait).await;
            if context.is_ending() {
                return false;
            }
        }
        tracing::debug!(partition, token = insert.token, "inserted");
        patience.reset();
        context.status.well(&partition);
    }
    true
}

async fn attempt(context: &Context, known: &KnownSchema, insert: &Insert) -> Result<(), SinkError> {
    context.check_table(known.fingerprint, &known.schema).await?;
    context.sink.insert(insert, context.config.insert_timeout).await
}
