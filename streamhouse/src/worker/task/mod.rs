//! The shell around one partition: does what the machine asks for.
//!
//! This file is the loop; [`lease`] takes, extends and gives back, [`read`] brings entries, [`cycle`] takes a batch from
//! the cut to the finish, [`floor`] sees to it that no batch has the id of another, [`split`] divides what is refused of one.

mod cycle;
mod floor;
mod lease;
mod look;
mod read;
mod split;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::OptionFuture;
use redis::aio::MultiplexedConnection;
use streamhouse_schema::fingerprint::Fingerprint;
use tokio::task::JoinHandle;
use tokio::time::{Instant as TokioInstant, Interval, MissedTickBehavior};

use self::cycle::Prepared;
use self::read::{LONGEST_BLOCK, READ_BYTES, Reading};
use super::assembler::Assembler;
use super::batch::{BatchId, EntryId};
use super::context::Context;
use super::entries::Entry;
use super::hold::Hold;
use super::insert::{Outcome, Refusal};
use super::partition::{BatchLimits, Partition, Step};
use crate::error::Error;
use crate::redis::{PartitionKeys, Patience};

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// One partition of one event, in the hands of this worker or waiting to be.
pub(super) struct PartitionTask {
    context: Arc<Context>,
    event: String,
    number: u16,
    /// `event:number`, for people.
    name: String,
    keys: PartitionKeys,
    machine: Partition,
    connection: Option<MultiplexedConnection>,
    reader: Option<MultiplexedConnection>,
    reading: Option<Reading>,
    /// What was read and is in no batch yet, for the open one is full.
    unsorted: VecDeque<Entry>,
    inserting: Option<(BatchId, JoinHandle<Outcome>)>,
    assembler: Assembler,
    prepared: HashMap<BatchId, Prepared>,
    refusals: HashMap<BatchId, Refusal>,
    heartbeat: Interval,
    hold: Hold,
    /// The greatest batch ids of tables since the lease was taken.
    greatest: HashMap<Fingerprint, BatchId>,
    /// Bytes of an entry, as seen lately.
    entry_bytes: usize,
    /// The lease is being given up, for another worker has too few.
    yielding: bool,
    holds_share: bool,
    /// A schema that Redis does not have, and since when that is known.
    missing: Option<(Fingerprint, Instant)>,
    /// When it was last looked for dead letters that are kept no longer.
    retained: Option<Instant>,
    /// When it was last looked whether everything is there.
    looked: Option<Instant>,
    /// The cursor of the last lease, and of what was cut under it.
    reached: Option<EntryId>,
    /// Since when it has waited for a share.
    denied_since: Option<Instant>,
}

impl PartitionTask {
    pub(super) fn new(context: Arc<Context>, event: String, number: u16) -> Self {
        let limits = BatchLimits {
            rows: context.config.batch_rows,
            bytes: context.config.batch_bytes,
            interval: context.config.batch_interval,
        };
        let mut heartbeat = tokio::time::interval(context.config.lease / 3);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            name: format!("{event}:{number}"),
            keys: context.keys.partition(&event, number),
            machine: Partition::new(limits),
            connection: None,
            reader: None,
            reading: None,
            unsorted: VecDeque::new(),
            inserting: None,
            assembler: Assembler::default(),
            prepared: HashMap::new(),
            refusals: HashMap::new(),
            heartbeat,
            hold: Hold::default(),
            greatest: HashMap::new(),
            entry_bytes: READ_BYTES / 64,
            yielding: false,
            holds_share: false,
            missing: None,
            retained: None,
            looked: None,
            reached: None,
            denied_since: None,
            context,
            event,
            number,
        }
    }

    /// Works until the worker ends; then finishes what is cut and gives the lease back.
    pub(super) async fn run(mut self) {
        let mut patience = Patience::up_to(LONGEST_WAIT.min(self.context.config.lease / 2));
        let mut failed = Instant::now();
        loop {
            let ending = self.context.is_ending();
            if ending || self.yielding {
                self.machine.end();
                if self.machine.is_quiet() {
                    self.release().await;
                    if ending {
                        return;
                    }
                    self.context.pause(self.context.config.lease / 3).await;
                    continue;
                }
            }
            match self.step().await {
                // Not at the first step that succeeds: the one that fails may come after it each time.
                Ok(()) if failed.elapsed() > 2 * LONGEST_WAIT => patience.reset(),
                Ok(()) => {}
                Err(error) => {
                    failed = Instant::now();
                    self.context.status.trouble(&self.name, &error);
                    self.forget();
                    self.connection = None;
                    if ending {
                        // What is cut is recorded: whoever takes the partition next finishes it.
                        return;
                    }
                    self.context.pause(patience.next()).await;
                }
            }
        }
    }

    async fn step(&mut self) -> Result<(), Error> {
        match self.machine.next(Instant::now()) {
            Step::Acquire => self.acquire().await,
            Step::Rebuild(batch) => self.rebuild(batch).await,
            Step::Insert(batch) => self.insert(batch),
            Step::Read { after, block } => self.read(after, block.min(LONGEST_BLOCK)).await,
            Step::Cut => self.cut().await,
            Step::Split(batch) => self.split(batch).await,
            Step::Finish(batch) => self.finish(batch).await,
            Step::Wait(until) => self.wait(until).await,
        }
    }

    /// Waits until something happens.
    async fn wait(&mut self, until: Option<Instant>) -> Result<(), Error> {
        let reading: OptionFuture<_> = self.reading.as_mut().into();
        let inserting: OptionFuture<_> = self.inserting.as_mut().map(|(_, insert)| insert).into();
        let deadline: OptionFuture<_> =
            until.map(|until| tokio::time::sleep_until(TokioInstant::from_std(until))).into();
        tokio::select! {
            biased;
            _ = self.heartbeat.tick() => return self.renew().await,
            Some(result) = inserting => {
                let id = self.inserting.take().map(|(id, _)| id);
                return match (id, result) {
                    (Some(id), Ok(Outcome::Inserted)) => {
                        self.machine.on_inserted(id);
                        Ok(())
                    }
                    (Some(_), Ok(Outcome::Refused(batch, refusal))) => {
                        self.on_refused(*batch, refusal);
                        Ok(())
                    }
                    // The worker ends, or is no longer sure of its lease: the batch is recorded for whoever comes next.
                    (Some(_), Ok(Outcome::Left)) => {
                        self.release().await;
                        Ok(())
                    }
                    // It panicked: the batch is recorded, so begin anew.
                    _ => Err(self.not_understood("an insert that ended before its time")),
                };
            }
            Some((reader, answer)) = reading => return self.on_read(reader, answer).await,
            Some(()) = deadline => {}
            () = self.context.ended(), if !self.context.is_ending() => {}
        }
        Ok(())
    }

    /// Drops everything that depends on the lease.
    fn forget(&mut self) {
        self.machine.on_lost();
        self.hold.end();
        self.reading = None;
        self.unsorted.clear();
        self.reader = None;
        if let Some((_, insert)) = self.inserting.take() {
            insert.abort();
        }
        self.assembler = Assembler::default();
        self.prepared.clear();
        self.greatest.clear();
        self.refusals.clear();
        self.yielding = false;
        self.give_back_share();
    }

    fn give_back_share(&mut self) {
        if std::mem::take(&mut self.holds_share) {
            self.context.share.give_back();
        }
    }

    fn lease_lost(&self) -> Error {
        Error::Redis {
            operation: "holding a partition",
            message: format!("another worker has taken {}", self.name),
            retryable: true,
            code: "lease".into(),
        }
    }

    fn not_understood(&self, what: &str) -> Error {
        Error::Stored { key: self.keys.stream.clone(), message: what.into() }
    }
}

/// A task that is dropped (its worker's future was) stops its insert; the lease runs out.
impl Drop for PartitionTask {
    fn drop(&mut self) {
        self.forget();
    }
}

async fn connected<'a>(
    connection: &'a mut Option<MultiplexedConnection>,
    context: &Context,
) -> Result<&'a mut MultiplexedConnection, Error> {
    match connection {
        Some(open) => Ok(open),
        None => Ok(connection.insert(context.connector.connect().await?)),
    }
}
