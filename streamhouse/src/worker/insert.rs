//! Inserting a batch: until it is done, however long that takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use streamhouse_schema::fingerprint::Fingerprint;

use super::assembler::KnownSchema;
use super::attempts::{Attempts, Next};
use super::batch::{BatchId, BatchRecord};
use super::bodies::Bodies;
use super::breaker::BreakerState;
use super::complete::{complete, tidy};
use super::context::{Asking, Context};
use super::hold::Hold;
use super::pieces::{Open, Piece, Streak};
use super::serve::{are_served, serve};
use crate::error::Error;
use crate::reactions::Reaction;
use crate::redis::{PartitionKeys, Patience};
use crate::sink::{Insert, Part, Route, SinkError};

/// The longest wait before the next attempt, where the cause passes by itself.
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// The wait where a person has to mend something.
const STOPPED: Duration = Duration::from_secs(2);

/// A batch that is recorded, with its blocks.
pub(super) struct Batch {
    /// `event:number` of the partition, for people.
    pub(super) partition: String,
    pub(super) keys: PartitionKeys,
    pub(super) epoch: u64,
    pub(super) id: BatchId,
    pub(super) record: BatchRecord,
    pub(super) bodies: Bodies,
    /// It was cut before.
    pub(super) since: Instant,
    pub(super) hold: Hold,
}

/// What has become of a batch.
pub(super) enum Outcome {
    /// All that is not refused is in the table.
    Inserted,
    /// A piece was refused, and nothing of it is there: it is to be divided, or set aside where it is one row.
    Refused(Box<Batch>, Refusal),
    /// The worker ends and ClickHouse does not take them, or the partition is lost: the batch is recorded, and whoever takes
    /// the partition next goes on with it.
    Left,
}

/// What was refused, and why.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The number of the insert.
    pub(super) insert: usize,
    pub(super) open: Open,
    pub(super) code: u32,
    pub(super) reason: String,
}

/// What has become of a piece.
enum End {
    Done,
    Refused { code: u32, reason: String },
    Left,
}

/// Why an attempt came to nothing.
pub(super) enum Failure {
    /// ClickHouse was not asked to insert anything.
    Before(SinkError),
    /// It was asked.
    Sent(SinkError),
    /// It has looked at the rows and refuses them.
    Refused { code: u32, reason: String },
    /// It has refused rows that it has, so many: a view refuses them.
    Unserved(u64),
    /// Redis does not answer.
    Redis(Error),
    /// The partition is another worker's, or may be.
    Lost,
}

/// Sends what is open of a batch, one after the other, until the rows are there or some are refused. What holds it up stands
/// in the worker's status.
pub(super) async fn insert_all(context: Arc<Context>, mut batch: Batch) -> Outcome {
    loop {
        let mut open = batch.record.open(batch.id);
        let Some(&(index, _)) = open.first() else { return Outcome::Inserted };
        // Dividing may take long; what is recorded goes on elsewhere.
        if context.is_ending() && batch.record.is_divided() {
            return Outcome::Left;
        }
        open.retain(|(of, _)| *of == index);
        let sizes: Vec<u64> = open.iter().map(|(_, open)| open.rows).collect();
        let Some(schema) = batch.bodies.schema(index) else { return Outcome::Left };
        let streak = context.streaks.of(schema.fingerprint);
        let stopped = is_everything(&context, &batch, index, streak);
        let (_, piece) = open.swap_remove(streak.choose(&sizes, stopped));
        match insert_piece(&context, &mut batch, index, &piece).await {
            End::Done => {
                batch.bodies.on_done(piece.id);
                batch.record.replace(batch.id, piece.id, vec![Piece::Done { rows: piece.rows }]);
            }
            End::Refused { code, reason } => {
                let Some(error) = stops(&context, &batch, index, &schema, &piece, &reason) else {
                    let refusal = Refusal { insert: index, open: piece, code, reason };
                    return Outcome::Refused(Box::new(batch), refusal);
                };
                context.status.trouble(&batch.partition, &Error::Sink(error));
                context.pause(STOPPED).await;
                if context.is_ending() {
                    return Outcome::Left;
                }
            }
            End::Left => return Outcome::Left,
        }
    }
}

fn is_everything(context: &Context, batch: &Batch, index: usize, streak: Streak) -> bool {
    streak.is_everything(context.config.refused_inserts) && !batch.record.has_accepted(index)
}

/// Counts a refusal; gives the error where it is not a matter of single rows any more.
fn stops(
    context: &Context,
    batch: &Batch,
    index: usize,
    known: &KnownSchema,
    piece: &Open,
    reason: &str,
) -> Option<SinkError> {
    let streak = context.streaks.on_refused(known.fingerprint, piece.rows);
    let (event, table) = (known.schema.event.clone(), known.schema.table.clone());
    let limit = context.config.refused_rows;
    if is_everything(context, batch, index, streak) {
        let (tried, message) = (streak.inserts(), reason.to_string());
        Some(SinkError::AllRefused { event, table, tried, message })
    } else if piece.rows == 1 && batch.record.refused().len() >= limit {
        Some(SinkError::ManyRefused { event, table, limit, message: reason.to_string() })
    } else {
        None
    }
}

/// Sends a piece again and again until its rows are there or refused.
async fn insert_piece(context: &Context, batch: &mut Batch, index: usize, piece: &Open) -> End {
    let Some((known, mut insert, begun)) = batch.bodies.insert(index, piece) else { return End::Left };
    // With the chance in it, a wait is at most a lease: so soon after a server is back, the backlog drains.
    let mut patience = Patience::up_to(LONGEST_RETRY.min(context.config.lease / 2));
    let mut attempts = Attempts::new(insert.rows, insert.marked, piece.tokens, begun, Instant::now());
    if piece.unserved {
        attempts.on_unserved();
    }
    let mut refusal = None;
    loop {
        let step = attempts.next();
        // That is done by Redis.
        let is_recording = matches!(step, Next::Record { .. });
        match step {
            Next::Done => break,
            Next::Refused => {
                let (code, reason) = refusal.unwrap_or_default();
                return End::Refused { code, reason };
            }
            _ => {}
        }
        let asking = match if is_recording { Ok(None) } else { context.ask().map(Some) } {
            Ok(asking) => asking,
            Err(wait) => {
                context.pause(wait).await;
                if context.is_ending() {
                    return End::Left;
                }
                continue;
            }
        };
        let found = in_time(context, context.route(known.fingerprint, &known.schema)).await;
        let done = match found {
            Ok(route) => {
                if attempts.on_route(&route.generation) {
                    context.on_answer(None);
                    told(asking);
                    continue;
                }
                insert.table.clone_from(&route.table);
                let target = (known.fingerprint, piece.id);
                go_on(context, batch, target, &insert, &route, step, &mut attempts).await
            }
            Err(error) => Err(Failure::Before(error)),
        };
        match &done {
            Err(Failure::Before(error) | Failure::Sent(error)) => context.on_answer(Some(error)),
            Ok(()) if is_recording => {}
            Ok(()) | Err(Failure::Refused { .. } | Failure::Unserved(_)) => context.on_answer(None),
            Err(Failure::Redis(_) | Failure::Lost) => context.breaker().on_abandoned(Instant::now()),
        }
        told(asking);
        let error = match done {
            Ok(()) => continue,
            Err(Failure::Lost) => return End::Left,
            Err(Failure::Refused { code, reason }) => {
                attempts.on_refused();
                refusal = Some((code, reason));
                context.status.retried();
                if context.streaks.of(known.fingerprint).inserts() == 0 {
                    // It may be the table that has changed.
                    context.doubt_table(known.fingerprint);
                }
                continue;
            }
            Err(Failure::Redis(error)) => error,
            Err(Failure::Before(error)) => Error::Sink(error),
            Err(Failure::Unserved(found)) => {
                let (event, table) = (insert.event.clone(), insert.table.clone());
                let message = refusal.take().map(|(_, reason)| reason).unwrap_or_default();
                Error::Sink(SinkError::ViewRefuses { event, table, found, message })
            }
            Err(Failure::Sent(error)) => {
                attempts.on_unknown();
                Error::Sink(error)
            }
        };
        attempts.on_failed(Instant::now());
        context.status.retried();
        context.doubt_table(known.fingerprint);
        context.known_views.forget(&insert.table);
        context.status.trouble(&batch.partition, &error);
        let wait = match &error {
            Error::Sink(error) if !error.is_retryable() => STOPPED,
            // Where it is open it says how long to wait.
            Error::Sink(_) if context.breaker().state() != BreakerState::Closed => Duration::ZERO,
            _ => patience.next(),
        };
        context.pause(wait).await;
        if context.is_ending() {
            return End::Left;
        }
    }
    if piece.tokens > 0 && insert.marked {
        tidy(context, batch, &insert).await;
    }
    tracing::debug!(partition = batch.partition, token = insert.token, "inserted");
    context.status.well(&batch.partition);
    End::Done
}

/// The breaker knows what ClickHouse has answered.
fn told(asking: Option<Asking<'_>>) {
    if let Some(asking) = asking {
        asking.told();
    }
}

async fn go_on(
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
            sent.await.map_err(|error| match (error.reaction(), error) {
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
            let (present, views) = tokio::join!(in_time(context, context.sink.count(insert)), async {
                match attempts.asks_for_views() {
                    true => context.views(batch, insert, route).await.map(Some),
                    false => Ok(None),
                }
            });
            let present = present.map_err(Failure::Before)?;
            let found: u64 = present.iter().map(|(_, rows)| rows).sum();
            // Where nothing is there, all of it goes in anyway.
            if let (1.., Some(views)) = (found, views.map_err(Failure::Before)?) {
                if found >= insert.rows && are_served(context, insert, &views).await {
                    attempts.on_served();
                } else if views.any()
                    && in_time(context, context.sink.remembers(insert)).await.map_err(Failure::Before)?
                {
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

/// A server that accepts a connection and then says nothing must not hold a partition for ever.
pub(super) async fn in_time<T>(
    context: &Context,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, SinkError> {
    let limit = context.config.insert_timeout;
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
