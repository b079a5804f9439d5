//! Inserting a batch: until it is done, however long that takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::assembler::KnownSchema;
use super::attempts::{Attempts, Next};
use super::batch::{BatchId, BatchRecord};
use super::context::Context;
use super::hold::Hold;
use crate::error::Error;
use crate::redis::{PartitionKeys, Patience};
use crate::sink::{Insert, Part, Reaction, Route, SinkError};

/// The longest wait before the next attempt, where the cause passes by itself.
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// The wait where a person has to mend something.
const STOPPED: Duration = Duration::from_secs(2);
/// After how long without success the table may have forgotten a token: it remembers the last 10,000 inserts of all workers.
const STALE: Duration = Duration::from_secs(60);

/// A batch that is recorded, with its blocks.
pub(super) struct Batch {
    /// `event:number` of the partition, for people.
    pub(super) partition: String,
    pub(super) keys: PartitionKeys,
    pub(super) epoch: u64,
    pub(super) id: BatchId,
    pub(super) record: BatchRecord,
    pub(super) inserts: Vec<(Arc<KnownSchema>, Insert)>,
    /// Another worker, or this one under an earlier epoch, may have begun to insert it.
    pub(super) begun: bool,
    pub(super) hold: Hold,
}

/// Why an attempt came to nothing.
enum Failure {
    /// ClickHouse was not asked to insert anything.
    Before(SinkError),
    /// It was asked.
    Sent(SinkError),
    /// Redis does not answer.
    Redis(Error),
    /// The partition is another worker's, or may be.
    Lost,
}

/// Sends the inserts of a batch one after the other, again and again until the rows are there. What holds it up stands
/// in the worker's status.
///
/// `false` where the worker ends and ClickHouse does not take them, or the partition is lost: the batch is recorded, and
/// whoever takes the partition next goes on with it.
pub(super) async fn insert_all(context: Arc<Context>, mut batch: Batch) -> bool {
    let mut patience = Patience::up_to(LONGEST_RETRY);
    for index in 0..batch.inserts.len() {
        let (known, mut insert) = batch.inserts[index].clone();
        let recorded = batch.record.inserts.get(index).map_or(0, |insert| insert.tokens);
        let mut since = Instant::now();
        let mut attempts = Attempts::new(insert.rows, insert.marked, recorded, batch.begun);
        let mut generation = None;
        loop {
            let step = attempts.next();
            if step == Next::Done {
                break;
            }
            let found = in_time(&context, context.route(known.fingerprint, &known.schema)).await;
            let done = match found {
                Ok(route) => {
                    // After a migration it may be another table, which knows no token of the one before.
                    if generation.replace(route.generation.clone()).is_some_and(|old| old != route.generation)
                    {
                        attempts.on_moved();
                        continue;
                    }
                    insert.table.clone_from(&route.table);
                    go_on(&context, &mut batch, index, &insert, &route, step, &mut attempts).await
                }
                Err(error) => Err(Failure::Before(error)),
            };
            let error = match done {
                Ok(()) => continue,
                Err(Failure::Lost) => return false,
                Err(Failure::Redis(error)) => error,
                Err(Failure::Before(error)) => Error::Sink(error),
                Err(Failure::Sent(error)) => {
                    attempts.on_unknown();
                    Error::Sink(error)
                }
            };
            if since.elapsed() > STALE {
                attempts.on_stale();
                since = Instant::now();
            }
            context.status.retried();
            context.doubt_table(known.fingerprint);
            context.status.trouble(&batch.partition, &error);
            let wait = match &error {
                Error::Sink(error) if error.reaction() == Reaction::Stop => STOPPED,
                _ => patience.next(),
            };
            context.pause(wait).await;
            if context.is_ending() {
                return false;
            }
        }
        tracing::debug!(partition = batch.partition, token = insert.token, "inserted");
        patience.reset();
        context.status.well(&batch.partition);
    }
    true
}

async fn go_on(
    context: &Context,
    batch: &mut Batch,
    index: usize,
    insert: &Insert,
    route: &Route,
    step: Next,
    attempts: &mut Attempts,
) -> Result<(), Failure> {
    match step {
        Next::Record { number } => {
            record(context, batch, index, number).await?;
            tracing::debug!(partition = batch.partition, token = insert.token, number, "attempt recorded");
            attempts.on_recorded();
        }
        Next::Insert { number, except } => {
            let part = match except.is_empty() {
                true => Part::Whole,
                false => Part::Except {
                    partition_id: in_time(context, context.sink.partition_id(insert))
                        .await
                        .map_err(Failure::Before)?,
                    partitions: except,
                },
            };
            // The last moment: whoever was stopped until here, or cut off from Redis, inserts nothing any more.
            if !batch.hold.is_certain() {
                return Err(Failure::Lost);
            }
            tracing::debug!(partition = batch.partition, token = insert.token, number, "inserting");
            let sent = context.sink.insert(insert, &part, route, number, context.config.insert_timeout);
            sent.await.map_err(Failure::Sent)?;
            tracing::debug!(partition = batch.partition, token = insert.token, number, "accepted");
            attempts.on_accepted();
        }
        Next::Count => {
            let present = in_time(context, context.sink.count(insert)).await.map_err(Failure::Before)?;
            let found: u64 = present.iter().map(|(_, rows)| rows).sum();
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
        Next::Done => {}
    }
    Ok(())
}

/// A server that accepts a connection and then says nothing must not hold a partition for ever.
async fn in_time<T>(
    context: &Context,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, SinkError> {
    let limit = context.config.insert_timeout;
    match tokio::time::timeout(limit, question).await {
        Ok(answer) => answer,
        Err(_) => Err(SinkError::TimedOut { endpoint: context.sink.endpoint().to_string(), waited: limit }),
    }
}

/// Records that a token will be used, under the epoch.
async fn record(context: &Context, batch: &mut Batch, index: usize, number: u32) -> Result<(), Failure> {
    if let Some(insert) = batch.record.inserts.get_mut(index) {
        insert.tokens = number;
    }
    let mut connection = context.connector.connect().await.map_err(Failure::Redis)?;
    let mut call = context.scripts.record.key(&batch.keys.state);
    call.key(&batch.keys.batches).arg(batch.epoch).arg(batch.id.to_string()).arg(batch.record.to_json());
    let answer: i64 = call
        .invoke_async(&mut connection)
        .await
        .map_err(|error| Failure::Redis(Error::redis("recording an attempt", &error)))?;
    if answer == 1 { Ok(()) } else { Err(Failure::Lost) }
}
