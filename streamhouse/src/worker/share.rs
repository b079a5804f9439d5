//! How many partitions each worker holds: all workers the same number, give or take one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;

use crate::error::Error;
use crate::redis::Keys;

/// A worker's share of the partitions.
#[derive(Debug, Default)]
pub(super) struct Share {
    fair: AtomicUsize,
    held: AtomicUsize,
}

impl Share {
    /// Sets how many partitions the worker may hold.
    pub(super) fn set(&self, partitions: usize, workers: usize) {
        self.fair.store(partitions.div_ceil(workers.max(1)), Ordering::Relaxed);
    }

    /// Takes the right to hold one more, if there is one.
    pub(super) fn take(&self) -> bool {
        let fair = self.fair.load(Ordering::Relaxed);
        self.held
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |held| (held < fair).then_some(held + 1))
            .is_ok()
    }

    /// Gives the right back.
    pub(super) fn give_back(&self) {
        self.held.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether the worker holds more than its share.
    pub(super) fn is_over(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.fair.load(Ordering::Relaxed)
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// Says that this worker lives, for so long; gives how many do, by Redis' clock.
pub(super) async fn announce(
    connection: &mut MultiplexedConnection,
    keys: &Keys,
    id: &str,
    lease: Duration,
) -> Result<usize, Error> {
    let failed = |error: redis::RedisError| Error::redis("announcing the worker", &error);
    let now = now_millis(connection).await?;
    let workers = keys.workers();
    let (alive,): (usize,) = redis::pipe()
        .zadd(&workers, id, now + lease.as_millis() as u64)
        .ignore()
        .cmd("ZREMRANGEBYSCORE")
        .arg(&workers)
        .arg("-inf")
        .arg(now)
        .ignore()
        .zcard(&workers)
        .query_async(connection)
        .await
        .map_err(failed)?;
    Ok(alive)
}

/// Takes this worker out of the number.
pub(super) async fn leave(
    connection: &mut MultiplexedConnection,
    keys: &Keys,
    id: &str,
) -> Result<(), Error> {
    redis::cmd("ZREM")
        .arg(keys.workers())
        .arg(id)
        .query_async(connection)
        .await
        .map_err(|error| Error::redis("taking leave", &error))
}

/// Redis' clock, in milliseconds since 1970.
pub(super) async fn now_millis(connection: &mut MultiplexedConnection) -> Result<u64, Error> {
    let (seconds, micros): (u64, u64) = redis::cmd("TIME")
        .query_async(connection)
        .await
        .map_err(|error| Error::redis("asking for the time", &error))?;
    Ok(seconds * 1000 + micros / 1000)
}
