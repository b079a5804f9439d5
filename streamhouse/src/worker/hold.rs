//! Until when a lease certainly holds.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The end of a lease by this machine's clock, shared with the insert that runs under it.
///
/// It is counted from before the request that took or extended the lease, so it is never later than what Redis keeps. A
/// worker that was stopped, or cut off from Redis, beyond it must not insert: another one may have finished the batch so
/// long ago that ClickHouse no longer knows its token.
#[derive(Debug, Clone, Default)]
pub(super) struct Hold {
    until: Arc<Mutex<Until>>,
}

/// The end of a lease, where there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Until(Option<Instant>);

impl Until {
    /// Of a lease that was taken or extended by a request that was made at `asked`.
    pub(crate) fn of(asked: Instant, lease: Duration) -> Self {
        Self(asked.checked_add(lease))
    }

    /// Whether nobody else can have the partition now.
    pub(crate) fn is_certain(self, now: Instant) -> bool {
        self.0.is_some_and(|until| now < until)
    }
}

impl Hold {
    /// The lease was taken or extended by a request that was made at `asked`.
    pub(super) fn extend(&self, asked: Instant, lease: Duration) {
        self.set(Until::of(asked, lease));
    }

    /// The lease is gone.
    pub(super) fn end(&self) {
        self.set(Until::default());
    }

    /// Whether nobody else can have the partition at this moment.
    pub(super) fn is_certain(&self) -> bool {
        self.until.lock().unwrap_or_else(PoisonError::into_inner).is_certain(Instant::now())
    }

    fn set(&self, until: Until) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_where_nobody_extends_it() {
        let hold = Hold::default();
        assert!(!hold.is_certain());
        let insert = hold.clone();
        hold.extend(Instant::now(), Duration::from_secs(60));
        assert!(insert.is_certain());
        hold.extend(Instant::now() - Duration::from_secs(61), Duration::from_secs(60));
        assert!(!insert.is_certain(), "asked for so long ago that it is over");
        hold.extend(Instant::now(), Duration::from_secs(60));
        hold.end();
        assert!(!insert.is_certain());
    }
}
