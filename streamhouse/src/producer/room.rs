//! The bytes that may wait for Redis.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts bytes against a limit. Threads and tasks can wait for room.
#[derive(Debug)]
pub(super) struct Room {
    limit: usize,
    used: AtomicUsize,
    gate: Mutex<()>,
    freed: Condvar,
    /// For tasks.
    pub(super) progress: tokio::sync::Notify,
}

impl Room {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            used: AtomicUsize::new(0),
            gate: Mutex::new(()),
            freed: Condvar::new(),
            progress: tokio::sync::Notify::new(),
        }
    }

    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.used.load(Ordering::Relaxed) >= self.limit
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    #[inline]
    pub(super) fn occupy(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn free(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
        drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
        self.freed.notify_all();
        self.progress.notify_waiters();
    }

    /// Blocks the thread until there is room; `false` where there was none in time.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        while self.is_full() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            gate = self.freed.wait_timeout(gate, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// As [`wait`](Self::wait), for tasks.
    pub(super) async fn ready(&self, limit: Duration) -> bool {
        let wait = async {
            loop {
                let progress = self.progress.notified();
                if !self.is_full() {
                    return;
                }
                progress.await;
            }
        };
        tokio::time::timeout(limit, wait).await.is_ok()
    }
}
