//! How events are inserted.

use std::time::Duration;

use crate::error::Error;

/// Half of what `sink` allows a block to have: the last frame of a batch may go beyond its limit.
const MAX_BATCH_ROWS: usize = 50_000_000;
/// The most rows of a batch that may be set aside.
const MAX_REFUSED: usize = 10_000;
/// The longest that anything is waited for.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Settings of a worker.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The worker's name among all workers; a new one is made where there is none.
    pub id: Option<String>,
    /// The events to insert; all of them where the list is empty.
    pub events: Vec<String>,
    /// The rows at which a batch is inserted, 1 to 50,000,000.
    pub batch_rows: usize,
    /// The bytes at which a batch is inserted.
    pub batch_bytes: usize,
    /// How long the first row of a batch waits for others; at most a day.
    pub batch_interval: Duration,
    /// How long a partition stays with a worker that no longer answers.
    pub lease: Duration,
    /// The most rows of a batch that are set aside because ClickHouse refuses them, each alone; with more of them the event
    /// stops. 0 sets none aside.
    pub refused_rows: usize,
    /// How many inserts ClickHouse may refuse in turn, down to single rows and without accepting any, before the event stops
    /// instead of setting one row after the other aside. Where the rows are to blame and not the table, raise it.
    pub refused_inserts: u32,
    /// How long dead letters are kept; for ever where that is not said.
    pub dead_age: Option<Duration>,
    /// How many dead letters of a partition are kept, the latest ones; all where that is not said.
    pub dead_letters: Option<u64>,
    /// The most bytes of Redis' memory that the dead letters of a partition take (`MEMORY USAGE`), the latest ones are kept; looked at once
    /// a minute. No limit where that is not said.
    pub dead_bytes: Option<u64>,
    /// How long one insert may take before it is tried again; at most a day.
    pub insert_timeout: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            id: None,
            events: Vec::new(),
            batch_rows: 500_000,
            batch_bytes: 64 << 20,
            batch_interval: Duration::from_secs(1),
            lease: Duration::from_secs(10),
            refused_rows: 1000,
            refused_inserts: 100,
            dead_age: None,
            dead_letters: None,
            dead_bytes: None,
            insert_timeout: Duration::from_secs(300),
        }
    }
}

impl WorkerConfig {
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |setting, message: String| Err(Error::Configuration { setting, message });
        // More than one block may hold would be torn into parts that are not there all or none.
        if !(1..=MAX_BATCH_ROWS).contains(&self.batch_rows) {
            return wrong("worker.batch_rows", format!("is {}, not 1 to {MAX_BATCH_ROWS}", self.batch_rows));
        }
        if self.batch_bytes == 0 {
            return wrong("worker.batch_bytes", "is 0, not at least 1".into());
        }
        // They stand in the batch's record until it is finished.
        if self.refused_rows > MAX_REFUSED {
            return wrong(
                "worker.refused_rows",
                format!("is {}, not at most {MAX_REFUSED}", self.refused_rows),
            );
        }
        if !(Duration::from_millis(500)..=Duration::from_secs(600)).contains(&self.lease) {
            return wrong("worker.lease", format!("is {:?}, not 0.5 to 600 seconds", self.lease));
        }
        let times =
            [("worker.batch_interval", self.batch_interval), ("worker.insert_timeout", self.insert_timeout)];
        for (setting, time) in times {
            if time > LONGEST {
                return wrong(setting, format!("is {time:?}, more than {LONGEST:?}"));
            }
        }
        if self.dead_age.is_some_and(|age| age.is_zero()) {
            return wrong("worker.dead_age", "is 0, so no dead letter would be seen".into());
        }
        if self.insert_timeout.is_zero() {
            return wrong("worker.insert_timeout", "is 0, so no insert could end in time".into());
        }
        if self
            .id
            .as_deref()
            .is_some_and(|id| id.is_empty() || id.len() > 128 || id.chars().any(char::is_control))
        {
            return wrong("worker.id", "is not 1 to 128 characters".into());
        }
        Ok(())
    }
}
