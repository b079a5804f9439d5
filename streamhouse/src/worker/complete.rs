//! Completing an insert past the views of its table, and without what was deleted meanwhile (`sink::complete` says why and how).
//!
//! The lease is looked at before each request. So whoever has lost it has one of them on its way at most, and each of them is harmless
//! when it comes late: what puts rows into the table finds none any more to take them from, for the next worker drops that before it counts.

use streamhouse_schema::sql;

use super::context::Context;
use super::insert::{Batch, Failure};
use super::step::in_time;
use crate::sink::{Insert, Part, Route, SinkError};

/// Puts what is missing into a table: past the views that it feeds, and without what was deleted of it. Gives what is still to be inserted,
/// where that cannot be done by way of another table.
pub(super) async fn complete(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
) -> Result<Option<Part>, Failure> {
    let sink = &context.sink;
    let (may_lack, discarded) =
        tokio::join!(in_time(context, sink.may_lack_parts(insert)), discard(context, batch, insert));
    if !may_lack.map_err(Failure::Before)? {
        return in_time(context, sink.missing(insert)).await.map(Some).map_err(Failure::Before);
    }
    discarded?;
    tracing::debug!(partition = batch.partition, token = insert.token, "completing");
    certain(batch)?;
    // Nothing can come any more of what an earlier attempt has made.
    let (beside, part) =
        tokio::join!(in_time(context, sink.create_beside(insert)), in_time(context, sink.missing(insert)));
    let beside = match beside {
        Ok(beside) => beside,
        Err(error) => return plainly(context, batch, insert, error).await,
    };
    let part = part.map_err(Failure::Sent)?;
    certain(batch)?;
    // After the count: what has taken a row that it did not find is known by now.
    let (filled, mutations, columns) = tokio::join!(
        sink.fill(insert, &beside, &part, route, context.config.insert_timeout),
        in_time(context, sink.mutations_since(insert)),
        in_time(context, sink.stored_columns(insert, &beside))
    );
    filled.map_err(Failure::Sent)?;
    let mutations = allowed(batch, insert, mutations)?.unwrap_or_default();
    let (mutations, elsewhere): (Vec<String>, Vec<String>) =
        mutations.into_iter().partition(|mutation| sql::looks_at_the_row_alone(mutation));
    if !elsewhere.is_empty() {
        tracing::warn!(
            partition = batch.partition, table = insert.table, batch = insert.id, mutations = ?elsewhere,
            "rows may come back that were deleted, for what deleted them looks at more than the row, and may not do the same again"
        );
    }
    if !mutations.is_empty() {
        certain(batch)?;
        allowed(batch, insert, in_time(context, sink.mutate(insert, &beside, &mutations)).await)?;
    }
    // Anew: a view that was made or changed since and has taken the repeated insert must not take this; and all this may have taken longer
    // than a migration waits for those who do not look.
    let (views, current) = tokio::join!(
        in_time(context, sink.views(insert)),
        in_time(context, sink.is_current(route, &insert.event))
    );
    if !current.map_err(Failure::Sent)? {
        let (event, table) = (insert.event.clone(), insert.table.clone());
        let why = "a migration has begun while an insert was completed".into();
        return Err(Failure::Sent(SinkError::Paused { event, table, why }));
    }
    if views.map_err(Failure::Sent)?.pass_completions() {
        let columns = columns.map_err(Failure::Sent)?;
        certain(batch)?;
        let poured = sink.pour(insert, &insert.table, &beside, &columns, None);
        if let Err(error) = in_time(context, poured).await {
            return plainly(context, batch, insert, error).await;
        }
        certain(batch)?;
        in_time(context, sink.drop_beside(insert, &beside)).await.map_err(Failure::Sent)?;
        return Ok(None);
    }
    let mut attached = false;
    let partitions = match in_time(context, sink.partitions(&beside)).await {
        Ok(partitions) => partitions,
        Err(error) => return plainly(context, batch, insert, error).await,
    };
    for (partition, ..) in partitions {
        certain(batch)?;
        match in_time(context, sink.attach(insert, &insert.table, &beside, &partition)).await {
            Ok(()) => attached = true,
            Err(error) if attached => return Err(Failure::Sent(error)),
            Err(error) => return plainly(context, batch, insert, error).await,
        }
    }
    certain(batch)?;
    in_time(context, sink.drop_beside(insert, &beside)).await.map_err(Failure::Sent)?;
    Ok(None)
}

/// Nothing can go in by way of another table: the user may not make one, the server makes no such table any more, or the table refuses what was
/// made of the rows since. That rows are there comes first.
async fn plainly(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    error: SinkError,
) -> Result<Option<Part>, Failure> {
    if error.is_retryable() {
        return Err(Failure::Sent(error));
    }
    discard(context, batch, insert).await?;
    // An earlier attempt may have attached something.
    let part = in_time(context, context.sink.missing(insert)).await.map_err(Failure::Sent)?;
    tracing::warn!(
        partition = batch.partition, table = insert.table, batch = insert.id, %error,
        "what is missing of an insert is inserted again: views that the table feeds count it twice, and rows come back that were deleted"
    );
    Ok(Some(part))
}

/// What concerns deletions keeps nothing from going in that nobody has deleted.
fn allowed<T>(batch: &Batch, insert: &Insert, answer: Result<T, SinkError>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_retryable() => Err(Failure::Sent(error)),
        Err(error) => {
            tracing::warn!(
                partition = batch.partition, table = insert.table, batch = insert.id, %error,
                "rows may come back that were deleted, for it could not be done to what is missing of an insert"
            );
            Ok(None)
        }
    }
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
