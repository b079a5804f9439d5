//! Inserting: a worker takes leases of partitions, cuts what it reads into batches, and brings them to ClickHouse.
//!
//! [`batch`], [`pieces`], [`partition`], [`attempts`], [`assembler`] and [`breaker`] do no I/O; [`task`] is the shell around one partition. A worker needs no event
//! types: what frames hold is published in Redis.

pub(crate) mod assembler;
pub(crate) mod attempts;
pub(crate) mod batch;
mod bodies;
mod breaker;
mod complete;
mod context;
mod entries;
mod gone;
pub(crate) mod hold;
mod insert;
pub(crate) mod letters;
pub(crate) mod partition;
pub(crate) mod pieces;
mod serve;
mod share;
mod status;
mod step;
mod task;
mod views;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use tokio::task::JoinSet;
use uuid::Uuid;

use self::context::Context;
use self::task::PartitionTask;
use crate::config::Config;
use crate::error::Error;
use crate::redis::{Connector, Keys, Patience};
use crate::sink::Sink;
use streamhouse_schema::near::nearest;

pub(crate) use batch::EntryId;
pub use breaker::BreakerState;
pub use status::WorkerStatus;

/// How long [`Worker::drain`] waits for something that does not move before it says what is in the way.
const STUCK: Duration = Duration::from_secs(2);

/// Brings events from Redis to ClickHouse. Any number of workers share the work, in one process or in many.
///
/// Clones are handles of the same worker, for example to ask for its [`status`](Worker::status) while it runs.
#[derive(Debug, Clone)]
pub struct Worker {
    context: Arc<Context>,
}

impl Worker {
    /// A worker with these settings, which runs once it is told to. It needs no event types: a program of its own can
    /// insert what others send.
    pub fn new(config: &Config) -> Result<Self, Error> {
        config.check()?;
        let id = config.worker.id.clone().unwrap_or_else(|| Uuid::new_v4().simple().to_string());
        let connector = Connector::new(&config.redis)?;
        let keys = Keys::new(&config.redis.prefix);
        let sink = Sink::new(&config.clickhouse).uncompiled();
        Ok(Self { context: Arc::new(Context::new(id, config.worker.clone(), connector, keys, sink)) })
    }

    /// Runs until `shutdown` is done; then finishes the batches that are cut, gives its partitions back, and returns
    /// the figures. What is not cut stays in Redis for the next worker.
    ///
    /// One call at a time: clones are the same worker. Fails only where a server refuses from the start; later trouble is waited out, and stands in the status.
    pub async fn run_until(&self, shutdown: impl Future<Output = ()>) -> Result<WorkerStatus, Error> {
        let _alone = self.context.begin()?;
        self.context.ending.send_replace(false);
        let mut connection = self.context.connector.connect().await?;
        self.context.connector.durability().check(&mut connection).await?;
        self.context.sink.ping().await?;
        let mut partitions = JoinSet::new();
        tokio::select! {
            () = self.keep_share(connection, &mut partitions) => {}
            () = shutdown => {}
        }
        self.context.ending.send_replace(true);
        while let Some(ended) = partitions.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a partition ended before its time; its lease runs out");
            }
        }
        if let Ok(mut connection) = self.context.connector.connect().await {
            share::leave(&mut connection, &self.context.keys, &self.context.id).await?;
        }
        Ok(self.status())
    }

    /// Runs until nothing waits in Redis any more; then as [`run_until`](Worker::run_until).
    ///
    /// An error that no waiting mends, such as a missing table, ends it; nothing is lost.
    pub async fn drain(&self) -> Result<WorkerStatus, Error> {
        let mut stopped = None;
        let status = self
            .run_until(async {
                stopped = self.wait_until_empty().await.err();
            })
            .await?;
        match stopped {
            Some(error) => Err(error),
            None => Ok(status),
        }
    }

    /// What the worker has done so far, and what holds it up.
    pub fn status(&self) -> WorkerStatus {
        self.context.status.partitions.store(self.context.share.held(), Ordering::Relaxed);
        let breaker = self.context.breaker().state();
        WorkerStatus { breaker, ..self.context.status.snapshot() }
    }

    /// Stream entries that wait in Redis, of the events that this worker takes.
    pub async fn backlog(&self) -> Result<u64, Error> {
        let mut connection = self.context.connector.connect().await?;
        self.count_backlog(&mut connection).await
    }

    /// The events that the settings name and no producer has announced yet, each with the announced one that is nearest: a
    /// worker waits for them, which is right before the first event was sent and wrong where the name is misspelt.
    pub async fn unannounced(&self) -> Result<Vec<(String, Option<String>)>, Error> {
        let mut connection = self.context.connector.connect().await?;
        let announced = self.context.registry.events(&mut connection).await?;
        let names: Vec<&str> = announced.iter().map(|(event, _)| event.as_str()).collect();
        let missing = self.context.config.events.iter().filter(|event| !names.contains(&event.as_str()));
        Ok(missing.map(|event| (event.clone(), nearest(event, &names).map(str::to_string))).collect())
    }

    async fn count_backlog(&self, connection: &mut MultiplexedConnection) -> Result<u64, Error> {
        let mut lengths = redis::pipe();
        let mut any = false;
        for (event, partitions) in self.events(connection).await? {
            for partition in 0..partitions {
                lengths.cmd("XLEN").arg(self.context.keys.partition(&event, partition).stream);
                any = true;
            }
        }
        if !any {
            return Ok(0);
        }
        let lengths: Vec<u64> = lengths
            .query_async(connection)
            .await
            .map_err(|error| Error::redis("counting what waits", &error))?;
        Ok(lengths.into_iter().sum())
    }

    /// The events that this worker takes, and the number of their partitions. One whose entry is not understood is left
    /// out, and stands in the status; the others go on.
    async fn events(&self, connection: &mut MultiplexedConnection) -> Result<Vec<(String, u16)>, Error> {
        let wanted = &self.context.config.events;
        let mut events = Vec::new();
        for (event, partitions) in self.context.registry.events(connection).await? {
            if !wanted.is_empty() && !wanted.contains(&event) {
                continue;
            }
            match partitions {
                Ok(partitions) => {
                    self.context.status.well(&event);
                    events.push((event, partitions));
                }
                Err(error) => self.context.status.trouble(&event, &error),
            }
        }
        Ok(events)
    }

    /// Announces the worker, looks for new events, and starts a task for each partition; for ever.
    async fn keep_share(&self, connection: MultiplexedConnection, tasks: &mut JoinSet<()>) {
        let lease = self.context.config.lease;
        let mut connection = Some(connection);
        let mut running = HashMap::new();
        let mut patience = Patience::up_to(lease / 3);
        loop {
            let round = async {
                let mut open = match connection.take() {
                    Some(open) => open,
                    None => self.context.connector.connect().await?,
                };
                let workers = share::announce(
                    &mut open,
                    &self.context.scripts,
                    &self.context.keys,
                    &self.context.id,
                    lease,
                )
                .await?;
                let events = self.events(&mut open).await?;
                connection = Some(open);
                Ok::<_, Error>((workers, events))
            };
            let wait = match round.await {
                Ok(((alive, before), events)) => {
                    patience.reset();
                    self.context.status.well("(all)");
                    let partitions: Vec<(String, u16)> = events
                        .into_iter()
                        .flat_map(|(event, count)| {
                            (0..count).map(move |partition| (event.clone(), partition))
                        })
                        .collect();
                    // Before they start, so that none of them finds that nothing is its share.
                    self.context.share.set(partitions.len(), alive, before);
                    // One that ended by a fault of its own begins anew.
                    while let Some(Err(error)) = tasks.try_join_next() {
                        tracing::error!(%error, "a partition's task ended before its time and is started again");
                        running.retain(|_, task| *task != error.id());
                    }
                    for place in partitions {
                        running.entry(place).or_insert_with_key(|(event, partition)| {
                            let task =
                                PartitionTask::new(Arc::clone(&self.context), event.clone(), *partition);
                            tasks.spawn(task.run()).id()
                        });
                    }
                    // New events are seen soon, also where leases are long.
                    (lease / 3).min(Duration::from_millis(500))
                }
                Err(error) => {
                    self.context.status.trouble("(all)", &error);
                    patience.next()
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn wait_until_empty(&self) -> Result<(), Error> {
        let mut connection = self.context.connector.connect().await?;
        let (mut before, mut moved) = (u64::MAX, Instant::now());
        loop {
            let backlog = match self.count_backlog(&mut connection).await {
                Ok(0) => return Ok(()),
                Ok(backlog) => backlog,
                // What the worker itself waits out does not end the wait for it either.
                Err(error) if error.is_retryable() => {
                    self.context.pause(STUCK).await;
                    if let Ok(fresh) = self.context.connector.connect().await {
                        connection = fresh;
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            if backlog != before {
                (before, moved) = (backlog, Instant::now());
            }
            // Not at once: it may just be being mended, and other events may still flow.
            if moved.elapsed() > STUCK
                && let Some(error) = self.status().problems.into_values().find(|error| !error.is_retryable())
            {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
