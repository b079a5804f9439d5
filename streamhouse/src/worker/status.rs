//! What a worker has done and what holds it up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::breaker::BreakerState;
use crate::error::Error;

/// A worker's figures at one moment.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct WorkerStatus {
    /// Events in finished batches.
    pub rows: u64,
    /// Finished batches.
    pub batches: u64,
    /// Attempts to insert that failed.
    pub retries: u64,
    /// Letters that were written into streams of dead letters: of entries that could not be read, and of rows that ClickHouse refuses.
    pub parked: u64,
    /// Letters that were dropped because they were older or more than the settings keep.
    pub dropped: u64,
    /// Partitions that the worker holds.
    pub partitions: usize,
    /// Whether ClickHouse is asked to insert.
    pub breaker: BreakerState,
    /// The latest event time that was inserted, in milliseconds since 1970.
    pub newest_event: Option<i64>,
    /// What is gone that nobody has inserted, by `event:partition`, as a person should read it: a stream that was trimmed or deleted from
    /// outside, a Redis that was flushed. It holds nothing up.
    pub alarms: BTreeMap<String, String>,
    /// What of views is not as exactly-once delivery wants it, by the table that feeds them; looked at once for each table. It holds
    /// nothing up.
    pub warnings: BTreeMap<String, Vec<String>>,
    /// What holds up which partition, by `event:partition`. Nothing is lost: the events wait.
    pub problems: BTreeMap<String, Error>,
}

/// The figures as they are kept.
#[derive(Debug, Default)]
pub(super) struct Status {
    rows: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    parked: AtomicU64,
    dropped: AtomicU64,
    pub(super) partitions: AtomicUsize,
    newest: AtomicI64,
    alarms: Mutex<BTreeMap<String, String>>,
    warnings: Mutex<BTreeMap<String, Vec<String>>>,
    problems: Mutex<BTreeMap<String, Error>>,
}

impl Status {
    pub(super) fn finished(&self, rows: u64, parked: usize, newest: Option<i64>) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.parked.fetch_add(parked as u64, Ordering::Relaxed);
        if let Some(newest) = newest {
            self.newest.fetch_max(newest, Ordering::Relaxed);
        }
    }

    pub(super) fn dropped(&self, letters: u64) {
        self.dropped.fetch_add(letters, Ordering::Relaxed);
    }

    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what holds up a partition; says it aloud once, not at every attempt.
    pub(super) fn trouble(&self, partition: &str, error: &Error) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let known = problems.get(partition).is_some_and(|known| known.to_string() == error.to_string());
        if !known {
            if error.is_loud() {
                tracing::error!(partition, %error, "events wait until this is mended");
            } else {
                tracing::warn!(partition, %error, "events wait");
            }
            problems.insert(partition.to_string(), error.clone());
        }
    }

    /// Notes what is gone.
    pub(super) fn alarm(&self, partition: &str, what: String) {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner).insert(partition.to_string(), what);
    }

    /// Whether a table was looked at.
    pub(super) fn was_looked_at(&self, table: &str) -> bool {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).contains_key(table)
    }

    /// Notes what is wrong with the views of a table.
    pub(super) fn looked_at(&self, table: &str, warnings: Vec<String>) {
        for warning in &warnings {
            tracing::warn!(table, "{warning}");
        }
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).insert(table.to_string(), warnings);
    }

    /// Nothing holds up a partition any more.
    pub(super) fn well(&self, partition: &str) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.remove(partition).is_some() {
            tracing::info!(partition, "events flow again");
        }
    }

    pub(super) fn snapshot(&self) -> WorkerStatus {
        let newest = self.newest.load(Ordering::Relaxed);
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        warnings.retain(|_, warnings| !warnings.is_empty());
        WorkerStatus {
            rows: self.rows.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            parked: self.parked.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            partitions: self.partitions.load(Ordering::Relaxed),
            breaker: BreakerState::default(),
            newest_event: (newest != 0).then_some(newest),
            alarms: self.alarms.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            warnings,
            problems: self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}
