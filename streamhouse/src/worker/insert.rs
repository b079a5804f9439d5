//! Inserting a batch: until it is done, however long that takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::assembler::KnownSchema;
use super::attempts::{Attempts, Next};
use super::batch::{BatchId, BatchRecord};
use super::bodies::Bodies;
use super::breaker::BreakerState;
use super::complete::tidy;
use super::context::{Asking, Context};
use super::hold::Hold;
use super::pieces::{Open, Piece, Streak};
use super::step::{go_on, in_time};
use crate::error::Error;
use crate::redis::{PartitionKeys, Patience};
use crate::sink::SinkError;

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
        let mut asking = match if is_recording { Ok(None) } else { context.ask().map(Some) } {
            Ok(asking) => asking,
            Err(wait) => {
                context.pause(wait).await;
                if context.is_ending() {
                    return End::Left;
                }
                continue;
            }
        };
        let found = match &mut asking {
            Some(asking) => asking.alive().await,
            None => Ok(()),
        };
        let found = match found {
            Ok(()) => in_time(context, context.route(known.fingerprint, &known.schema)).await,
            Err(error) => Err(error),
        };
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
