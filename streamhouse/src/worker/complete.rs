//! Completing an insert past the views of its table, and without what was deleted meanwhile (`sink::complete` says why and how).
//!
//! The lease is looked at before each request. So whoever has lost it has one of them on its way at most, and each of them is harmless
//! when it comes late: an `ATTACH` finds no table any more, for the next worker drops it before it counts.

use super::context::Context;
use super::insert::{Batch, Failure, in_time};
use crate::sink::{Insert, Route, SinkError};

/// Puts what is missing into a table that feeds views or from which rows are taken, and neither into those views nor what was taken; says
/// whether that is done, and not for the insert itself.
pub(super) async fn complete(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
) -> Result<bool, Failure> {
    let sink = &context.sink;
    let around = in_time(context, sink.surroundings(insert)).await.map_err(Failure::Before)?;
    if !around.views && !around.takes_rows() {
        return Ok(false);
    }
    tracing::debug!(partition = batch.partition, token = insert.token, "completing");
    discard(context, batch, insert).await?;
    certain(batch)?;
    let beside = match in_time(context, sink.create_beside(insert)).await {
        Ok(beside) => beside,
        Err(error) if error.is_retryable() => return Err(Failure::Sent(error)),
        // The user may not, or the server makes no such table any more. That rows are there comes first.
        Err(error) => {
            tracing::warn!(
                partition = batch.partition, table = insert.table, batch = insert.id, %error,
                views = around.views, deletions = around.takes_rows(),
                "views count rows of an insert twice, or rows come back that were deleted, for what was missing of it could not go past them"
            );
            return Ok(false);
        }
    };
    certain(batch)?;
    let part = in_time(context, sink.missing(insert)).await.map_err(Failure::Sent)?;
    // After the count: whatever has taken a row that it did not find is known by now.
    let around = in_time(context, sink.surroundings(insert)).await.map_err(Failure::Sent)?;
    certain(batch)?;
    let filled = sink.fill(insert, &beside, &part, route, context.config.insert_timeout);
    filled.await.map_err(Failure::Sent)?;
    for what in around.done_to_rows() {
        certain(batch)?;
        match in_time(context, sink.change(insert, &beside, what)).await {
            Ok(()) => {}
            Err(error) if error.is_retryable() => return Err(Failure::Sent(error)),
            Err(error) => tracing::warn!(
                partition = batch.partition, table = insert.table, batch = insert.id, what, %error,
                "rows may come back that were deleted, for what was missing of an insert could not be changed as its table was"
            ),
        }
    }
    for (partition, ..) in in_time(context, sink.partitions(&beside)).await.map_err(Failure::Sent)? {
        certain(batch)?;
        in_time(context, sink.attach(insert, &insert.table, &beside, &partition))
            .await
            .map_err(Failure::Sent)?;
    }
    discard(context, batch, insert).await?;
    Ok(true)
}

/// Drops what may be left of an insert that somebody has begun to complete, and been killed in between. A table that is left takes
/// room and nothing else.
pub(super) async fn tidy(context: &Context, batch: &Batch, insert: &Insert) {
    if let Err(Failure::Before(error) | Failure::Sent(error)) = discard(context, batch, insert).await {
        tracing::warn!(partition = batch.partition, table = insert.table, %error, "a table beside it may be left");
    }
}

/// Drops the tables of all attempts to complete an insert.
pub(super) async fn discard(context: &Context, batch: &Batch, insert: &Insert) -> Result<(), Failure> {
    certain(batch)?;
    let left: Result<_, SinkError> = in_time(context, context.sink.left_beside(insert)).await;
    for name in left.map_err(Failure::Sent)? {
        certain(batch)?;
        in_time(context, context.sink.drop_beside(insert, &name)).await.map_err(Failure::Sent)?;
    }
    Ok(())
}

pub(super) fn certain(batch: &Batch) -> Result<(), Failure> {
    if batch.hold.is_certain() { Ok(()) } else { Err(Failure::Lost) }
}
