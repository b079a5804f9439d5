//! Views that lack an insert which their table has (`sink::fed` says how that is known).
//!
//! What a view makes of the rows goes into a table like its target, and from there into the target, partition by partition, where it is not
//! yet. As with what is missing of the table itself (`complete`), each attempt has tables of its own and drops those before it.

use super::complete::{certain, discard};
use super::context::Context;
use super::insert::{Batch, Failure, in_time};
use crate::sink::{Fed, Insert, Route, SinkError};

/// Puts into the targets of views what they lack of an insert that was interrupted, and is in its table now.
pub(super) async fn serve(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
) -> Result<(), Failure> {
    let all = in_time(context, context.sink.fed(insert)).await.map_err(Failure::Sent)?;
    if all.is_empty() {
        return Ok(());
    }
    tracing::debug!(partition = batch.partition, token = insert.token, "serving");
    discard(context, batch, insert).await?;
    match feed(context, batch, insert, route, &all).await {
        // The user may not. That the table has the rows comes first.
        Err(Failure::Sent(error)) if !error.is_retryable() => tracing::warn!(
            partition = batch.partition, table = insert.table, batch = insert.id, %error,
            "views may lack rows of an interrupted insert, for what they have of it could not be looked at"
        ),
        other => other?,
    }
    discard(context, batch, insert).await
}

async fn feed(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
    all: &[Fed],
) -> Result<(), Failure> {
    let sink = &context.sink;
    certain(batch)?;
    let rows = sink.create_rows(insert, route, context.config.insert_timeout);
    let rows = rows.await.map_err(Failure::Sent)?;
    for fed in all {
        certain(batch)?;
        let beside = sent(context, sink.create_fed(insert, fed, &rows)).await?;
        let there = sent(context, sink.has_been_fed(insert, fed)).await?;
        for (partition, ..) in sent(context, sink.partitions(&beside)).await? {
            if there.contains(&partition) {
                continue;
            }
            tracing::warn!(
                partition = batch.partition,
                token = insert.token,
                view = fed.view,
                missing = partition,
                "an interrupted view is completed"
            );
            certain(batch)?;
            sent(context, sink.attach(insert, &fed.target, &beside, &partition)).await?;
        }
    }
    Ok(())
}

async fn sent<T>(
    context: &Context,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, Failure> {
    in_time(context, question).await.map_err(Failure::Sent)
}
