//! The lease: taken, extended, given back.

use std::time::{Duration, Instant};

use futures_util::future::FutureExt;
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value};

use super::super::batch::{BatchId, BatchRecord, EntryId};
use super::super::partition::Lease;
use super::{PartitionTask, connected};
use crate::dead::KEPT_RECORDS;
use crate::error::Error;

/// Between two looks at how many dead letters there are.
const RETAIN_EVERY: Duration = Duration::from_secs(60);

impl PartitionTask {
    pub(super) async fn acquire(&mut self) -> Result<(), Error> {
        let patience = 2 * self.context.config.lease;
        self.holds_share = self.holds_share || self.context.share.take();
        if !self.holds_share && self.denied_since.get_or_insert_with(Instant::now).elapsed() < patience {
            self.context.pause(self.context.config.lease / 10).await;
            return Ok(());
        }
        // Beyond its share where nobody else has come for so long: the others may take other events, or be gone.
        self.denied_since = None;
        let lease = self.context.config.lease.as_millis() as u64;
        let script = &self.context.scripts.acquire;
        let mut call = script.key(&self.keys.state);
        call.key(&self.keys.batches).arg(&self.context.id).arg(lease);
        let connection = connected(&mut self.connection, &self.context).await?;
        let asked = Instant::now();
        let answer: Vec<Value> =
            call.invoke_async(connection).await.map_err(|error| Error::redis("taking a lease", &error))?;
        match self.read_lease(answer)? {
            Ok(lease) => {
                self.hold.extend(asked, self.context.config.lease);
                self.heartbeat.reset();
                // An epoch that is forgotten would be somebody else's next.
                self.durable(lease.epoch).await?;
                let unfinished = lease.batches.len();
                tracing::info!(partition = self.name, epoch = lease.epoch, unfinished, "lease taken");
                self.compare(lease.cursor);
                self.machine.on_acquired(lease);
                self.looked = None;
                self.look().await?;
            }
            Err(left) => {
                // Somebody else may do with the share what this partition cannot.
                self.give_back_share();
                let left = Duration::from_millis(left) + Duration::from_millis(5);
                self.context.pause(left.min(self.context.config.lease / 4)).await;
            }
        }
        Ok(())
    }

    /// A lease, or for how many milliseconds another worker still has it.
    fn read_lease(&self, answer: Vec<Value>) -> Result<Result<Lease, u64>, Error> {
        let stored = |message: String| Error::Stored { key: self.keys.state.clone(), message };
        let wrong = |error: redis::ParsingError| stored(error.to_string());
        let mut answer = answer.into_iter();
        let mut next = || answer.next().ok_or_else(|| stored("too short an answer".into()));
        let taken: i64 = redis::from_redis_value(next()?).map_err(wrong)?;
        if taken == 0 {
            let _owner = next()?;
            return Ok(Err(redis::from_redis_value(next()?).map_err(wrong)?));
        }
        let epoch = redis::from_redis_value(next()?).map_err(wrong)?;
        let cursor: String = redis::from_redis_value(next()?).map_err(wrong)?;
        let cursor = EntryId::parse(&cursor).ok_or_else(|| stored(format!("the cursor {cursor:?}")))?;
        let last: String = redis::from_redis_value(next()?).map_err(wrong)?;
        let last_batch = match last.is_empty() {
            true => None,
            false => Some(BatchId::parse(&last).ok_or_else(|| stored(format!("the batch {last:?}")))?),
        };
        let _read = next()?;
        let records: Vec<(String, String)> = redis::from_redis_value(next()?).map_err(wrong)?;
        let mut batches = records
            .into_iter()
            .map(|(id, record)| {
                let key =
                    || Error::Stored { key: self.keys.batches.clone(), message: format!("the batch {id:?}") };
                let record = BatchRecord::from_json(&record)
                    .map_err(|message| Error::Stored { key: self.keys.batches.clone(), message })?;
                Ok((BatchId::parse(&id).ok_or_else(key)?, record))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        batches.sort_by_key(|(id, _)| *id);
        Ok(Ok(Lease { epoch, cursor, last_batch, batches }))
    }

    /// Extends the lease where that is due, in the middle of longer work.
    pub(super) async fn beat(&mut self) -> Result<(), Error> {
        match self.heartbeat.tick().now_or_never() {
            Some(_) => self.renew().await,
            None => Ok(()),
        }
    }

    pub(super) async fn renew(&mut self) -> Result<(), Error> {
        let Some(epoch) = self.machine.epoch() else { return Ok(()) };
        if self.holds_share && self.context.share.give_up() {
            self.holds_share = false;
            self.yielding = true;
        }
        let mut connection = connected(&mut self.connection, &self.context).await?.clone();
        self.extend(&mut connection, epoch).await?;
        self.look().await?;
        self.retain().await
    }

    async fn extend(&mut self, connection: &mut MultiplexedConnection, epoch: u64) -> Result<(), Error> {
        let mut call = self.context.scripts.renew.key(&self.keys.state);
        call.arg(epoch).arg(self.context.config.lease.as_millis() as u64);
        let asked = Instant::now();
        let held: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("extending a lease", &error))?;
        if held != 1 {
            return Err(self.lease_lost());
        }
        tracing::debug!(partition = self.name, epoch, "lease extended");
        self.hold.extend(asked, self.context.config.lease);
        Ok(())
    }

    /// Waits until what was recorded is as durable as was asked for: only then anything is inserted because of it.
    ///
    /// A disk may take longer than a lease, so that is extended meanwhile: over a connection of its own, for the one that waits answers
    /// nothing else, and each write on it would be waited for too.
    pub(super) async fn durable(&mut self, epoch: u64) -> Result<(), Error> {
        let durability = self.context.connector.durability();
        let mut waiting = connected(&mut self.connection, &self.context).await?.clone();
        let reached = durability.reached(&mut waiting);
        tokio::pin!(reached);
        let mut beating = None;
        loop {
            tokio::select! {
                biased;
                reached = &mut reached => return reached,
                _ = self.heartbeat.tick() => {}
            }
            let connection = connected(&mut beating, &self.context).await?;
            self.extend(connection, epoch).await?;
        }
    }

    /// Drops the dead letters that are not kept any longer, now and then.
    async fn retain(&mut self) -> Result<(), Error> {
        let config = &self.context.config;
        let (age, letters, bytes) = (config.dead_age, config.dead_letters, config.dead_bytes);
        let due = self.retained.is_none_or(|at| at.elapsed() > RETAIN_EVERY);
        let wanted = age.is_some() || letters.is_some() || bytes.is_some();
        let (Some(epoch), true, true) = (self.machine.epoch(), wanted, due) else { return Ok(()) };
        let age = age.map_or(0, |age| age.as_millis().max(1));
        let limit = |limit: Option<u64>| limit.map_or_else(|| "-1".to_string(), |limit| limit.to_string());
        let (letters, bytes) = (limit(letters), limit(bytes));
        let mut call = self.context.scripts.retain.key(&self.keys.state);
        call.key(&self.keys.dead).key(&self.keys.discarded).arg(epoch).arg(age.to_string()).arg(letters);
        call.arg(bytes).arg(format!("worker {}", self.context.id)).arg(KEPT_RECORDS);
        let connection = connected(&mut self.connection, &self.context).await?;
        let dropped: i64 = call
            .invoke_async(connection)
            .await
            .map_err(|error| Error::redis("dropping old dead letters", &error))?;
        if dropped > 0 {
            self.context.status.dropped(dropped.unsigned_abs());
            tracing::warn!(
                partition = self.name,
                dropped,
                "dead letters are older or more than `worker.dead_age`, `worker.dead_letters` and `worker.dead_bytes` keep, and are dropped"
            );
        }
        // As many as one call drops: there may be more.
        self.retained = (dropped < 1000).then(Instant::now);
        Ok(())
    }

    /// Gives the lease back. Where that fails it runs out by itself.
    pub(super) async fn release(&mut self) {
        if let Some(epoch) = self.machine.epoch() {
            let mut call = self.context.scripts.renew.key(&self.keys.state);
            call.arg(epoch).arg(0);
            if let Ok(connection) = connected(&mut self.connection, &self.context).await {
                let released: RedisResult<i64> = call.invoke_async(connection).await;
                if let Err(error) = released {
                    tracing::debug!(partition = self.name, %error, "the lease was not given back and runs out");
                }
            }
        }
        self.forget();
    }
}
