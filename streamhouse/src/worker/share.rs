//! How many partitions each worker holds: all workers the same number, give or take one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;

use crate::error::Error;
use crate::redis::{Keys, Scripts};

/// A worker's share of the partitions.
#[derive(Debug, Default)]
pub(super) struct Share {
    fair: AtomicUsize,
    held: AtomicUsize,
}

impl Share {
    /// Sets how many partitions the worker may hold, as one of `workers` of whom `before` are counted before it: those
    /// get what is left over.
    pub(super) fn set(&self, partitions: usize, workers: usize, before: usize) {
        let workers = workers.max(1);
        let fair = partitions / workers + usize::from(before < partitions % workers);
        self.fair.store(fair, Ordering::Relaxed);
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

    /// Gives a right back where the worker has more than its share. Of those who ask at once, as many are told to as
    /// there are too many.
    pub(super) fn give_up(&self) -> bool {
        let fair = self.fair.load(Ordering::Relaxed);
        self.held
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |held| (held > fair).then(|| held - 1))
            .is_ok()
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// Says that this worker lives, for so long, by Redis' clock; gives how many do, and how many of them have an id before
/// this one's.
pub(super) async fn announce(
    connection: &mut MultiplexedConnection,
    scripts: &Scripts,
    keys: &Keys,
    id: &str,
    lease: Duration,
) -> Result<(usize, usize), Error> {
    let mut call = scripts.announce.key(keys.workers());
    let alive: Vec<String> = call
        .arg(id)
        .arg(lease.as_millis() as u64)
        .invoke_async(connection)
        .await
        .map_err(|error| Error::redis("announcing the worker", &error))?;
    Ok((alive.len(), alive.iter().filter(|other| other.as_str() < id).count()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_given_up_than_is_too_much() {
        let share = Share::default();
        share.set(6, 1, 0);
        assert!((0..6).all(|_| share.take()));
        share.set(6, 2, 1);
        assert_eq!((0..6).filter(|_| share.give_up()).count(), 3);
        assert_eq!(share.held(), 3);
    }

    #[test]
    fn shares_differ_by_one_at_most_and_leave_nothing() {
        for (partitions, workers) in [(4, 3), (6, 2), (1, 5), (0, 2), (7, 7)] {
            let shares: Vec<usize> = (0..workers)
                .map(|before| {
                    let share = Share::default();
                    share.set(partitions, workers, before);
                    std::iter::from_fn(|| share.take().then_some(())).count()
                })
                .collect();
            assert_eq!(shares.iter().sum::<usize>(), partitions, "{shares:?}");
            assert!(shares.iter().max() <= shares.iter().min().map(|least| least + 1).as_ref(), "{shares:?}");
        }
    }
}
