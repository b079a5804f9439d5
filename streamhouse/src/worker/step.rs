//! One step of an insert on its way (`attempts` says which comes next).

use std::time::Duration;

use streamhouse_schema::fingerprint::Fingerprint;

use super::attempts::{Attempts, Next};
use super::batch::BatchId;
use super::complete::complete;
use super::context::Context;
use super::insert::{Batch, Failure};
use super::serve::{are_served, serve};
use crate::error::Error;
use crate::reactions::Reaction;
use crate::sink::{Insert, Part, Route, SinkError};

/// Does what is next.
pub(super) async fn go_on(
    context: &Context,
    batch: &mut Batch,
    (schema, piece): (Fingerprint, BatchId),
    insert: &Insert,
    route: &Route,
    step: Next,
    attempts: &mut Attempts,
) -> Result<(), Failure> {
    match step {
        Next::Record { number } => {
            batch.record.change(batch.id, piece, |open| open.tokens = number);
            record(context, batch).await?;
            tracing::debug!(partition = batch.partition, token = insert.token, number, "attempt recorded");
            attempts.on_recorded();
        }
        Next::Insert { number, except } => {
            // Views have taken the insert by then, as it was first sent. Those that write down what they were fed never take a part of it.
            let beside = match except.is_empty() || number > 0 {
                true => number > 0,
                false => {
                    let views = context.views(batch, insert, route).await.map_err(Failure::Before)?;
                    views.fed(insert).next().is_some()
                }
            };
            let part = if beside && insert.marked {
                let Some(part) = complete(context, batch, insert, route).await? else {
                    attempts.on_accepted();
                    return Ok(());
                };
                part
            } else if except.is_empty() {
                Part::Whole
            } else {
                let id = in_time(context, context.sink.partition_id(insert)).await;
                Part::Except { partition_id: id.map_err(Failure::Before)?, partitions: except }
            };
            // The last moment: whoever was stopped until here, or cut off from Redis, inserts nothing any more.
            if !batch.hold.is_certain() {
                return Err(Failure::Lost);
            }
            tracing::debug!(partition = batch.partition, token = insert.token, number, "inserting");
            let sent = context.sink.insert(insert, &part, route, number, context.config.insert_timeout);
            // Which views there are is asked meanwhile, where they are looked at next.
            let (sent, ()) = tokio::join!(sent, async {
                if attempts.is_interrupted() {
                    context.views(batch, insert, route).await.ok();
                }
            });
            sent.map_err(|error| match (error.reaction(), error) {
                (Reaction::Split, SinkError::Server { code, message, .. }) => {
                    Failure::Refused { code, reason: message }
                }
                (_, error) => Failure::Sent(error),
            })?;
            context.streaks.on_accepted(schema);
            tracing::debug!(partition = batch.partition, token = insert.token, number, "accepted");
            attempts.on_accepted();
        }
        Next::Count => {
            let (present, views) = tokio::join!(
                in_time(context, context.sink.count(insert)),
                look(context, batch, insert, route, attempts)
            );
            let (present, views) = (present.map_err(Failure::Before)?, views.map_err(Failure::Before)?);
            let found: u64 = present.iter().map(|(_, rows)| rows).sum();
            // Where nothing is there, all of it goes in anyway.
            if let (1.., Some(Looked { are_served, remembers })) = (found, views) {
                if found >= insert.rows && are_served {
                    attempts.on_served();
                } else if attempts.asks_for_views() && remembers.map_err(Failure::Before)? {
                    attempts.on_remembered();
                }
            }
            tracing::debug!(partition = batch.partition, token = insert.token, found, "counted");
            if found > insert.rows {
                tracing::error!(
                    partition = batch.partition,
                    token = insert.token,
                    found,
                    rows = insert.rows,
                    "an insert is there more than once: the table no longer remembered it when it was repeated"
                );
            }
            let missing = attempts.on_counted(present);
            if missing > 0 {
                tracing::warn!(
                    partition = batch.partition,
                    token = insert.token,
                    missing,
                    "an interrupted insert is completed"
                );
            }
        }
        Next::Verify => {
            let present = context.sink.count_alone(insert);
            let found = in_time(context, present).await.map_err(Failure::Before)?;
            if !attempts.on_verified(found) {
                batch.record.change(batch.id, piece, |open| open.unserved = true);
                record(context, batch).await?;
                return Err(Failure::Unserved(found));
            }
        }
        Next::Serve => {
            serve(context, batch, insert, route).await?;
            attempts.on_served();
        }
        Next::Done | Next::Refused => {}
    }
    Ok(())
}

/// What is known of the views that a table feeds.
struct Looked {
    are_served: bool,
    /// The table knows the insert's token.
    remembers: Result<bool, SinkError>,
}

/// Looks at the views of a table, where what becomes of an insert depends on them.
async fn look(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
    attempts: &Attempts,
) -> Result<Option<Looked>, SinkError> {
    if !attempts.is_served_next() {
        return Ok(None);
    }
    let views = context.views(batch, insert, route).await?;
    let (are_served, remembers) = tokio::join!(are_served(context, insert, &views), async {
        match attempts.asks_for_views() && views.any() {
            true => in_time(context, context.sink.remembers(insert)).await,
            false => Ok(false),
        }
    });
    Ok(Some(Looked { are_served, remembers }))
}

/// A server that accepts a connection and then says nothing must not hold a partition for ever.
pub(super) async fn in_time<T>(
    context: &Context,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, SinkError> {
    within(context, context.config.insert_timeout, question).await
}

pub(super) async fn within<T>(
    context: &Context,
    limit: Duration,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, SinkError> {
    match tokio::time::timeout(limit, question).await {
        Ok(answer) => answer,
        Err(_) => Err(SinkError::TimedOut { endpoint: context.sink.endpoint().to_string(), waited: limit }),
    }
}

/// Writes the record anew, under the epoch.
async fn record(context: &Context, batch: &Batch) -> Result<(), Failure> {
    let mut connection = context.connector.connect().await.map_err(Failure::Redis)?;
    let mut call = context.scripts.record.key(&batch.keys.state);
    call.key(&batch.keys.batches)
        .arg(batch.epoch)
        .arg(batch.id.to_string())
        .arg(batch.record.to_json())
        .arg("");
    let answer: i64 = call
        .invoke_async(&mut connection)
        .await
        .map_err(|error| Failure::Redis(Error::redis("recording an attempt", &error)))?;
    if answer != 1 {
        return Err(Failure::Lost);
    }
    context.connector.durability().reached(&mut connection).await.map_err(Failure::Redis)
}
