//! One runner at a time, by a table to which rows are only added.
//!
//! Each runner adds a claim and later extends it. Of the claims that have not run out the oldest holds. ClickHouse has no
//! compare-and-set: a claim is believed only after a while, in which one that was made before it has become visible.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::MigrateError;
use crate::sink::{Sink, SinkError};

const TABLE: &str = "streamhouse_migration_locks";
/// How long a claim holds that nobody extends.
const HOLDS: Duration = Duration::from_secs(15);
/// When it is extended.
const EXTEND: Duration = Duration::from_secs(4);
/// How long an insert may take to become visible.
const SETTLE: Duration = Duration::from_millis(300);

/// A lock that is held.
#[derive(Debug)]
pub(super) struct Lock<'a> {
    sink: &'a Sink,
    /// None for a database that nobody else knows.
    claim: Option<String>,
    extended: std::sync::Mutex<Instant>,
}

impl<'a> Lock<'a> {
    /// One that is always held, for a database that nobody else knows.
    pub(super) fn alone(sink: &'a Sink) -> Self {
        Self { sink, claim: None, extended: std::sync::Mutex::new(Instant::now()) }
    }

    /// Whether nobody else knows the database.
    pub(super) fn is_alone(&self) -> bool {
        self.claim.is_none()
    }

    /// Takes it; waits for other runners, but no longer than so.
    pub(super) async fn take(sink: &'a Sink, wait: Duration) -> Result<Self, MigrateError> {
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {TABLE} (\
                claim String, owner String, until DateTime64(3, 'UTC'), at DateTime64(6, 'UTC') DEFAULT now64(6)\
            ) ENGINE = MergeTree ORDER BY at TTL toDateTime(at) + toIntervalDay(7) \
            COMMENT 'Who migrates; rows are only added'"
        );
        sink.execute("creating the lock of migrations", &create).await?;
        let lock = Self {
            sink,
            claim: Some(Uuid::now_v7().simple().to_string()),
            extended: std::sync::Mutex::new(Instant::now()),
        };
        let start = Instant::now();
        lock.extend(HOLDS).await?;
        loop {
            tokio::time::sleep(SETTLE).await;
            let Some((claim, owner, since)) = lock.holder().await? else {
                // So long in waiting that its own claim has run out.
                lock.extend(HOLDS).await?;
                continue;
            };
            if lock.claim.as_ref() == Some(&claim) {
                return Ok(lock);
            }
            if start.elapsed() > wait {
                lock.extend(Duration::ZERO).await?;
                return Err(MigrateError::Locked { owner, since });
            }
            if lock.age() > EXTEND {
                lock.extend(HOLDS).await?;
            }
        }
    }

    /// Extends it where that is due; whether it is still held.
    pub(super) async fn keep(&self) -> Result<bool, SinkError> {
        if self.claim.is_none() || self.age() < EXTEND {
            return Ok(true);
        }
        let held = self.holder().await?.is_some_and(|(claim, ..)| Some(claim) == self.claim);
        if held {
            self.extend(HOLDS).await?;
        }
        Ok(held)
    }

    /// Waits for something that may take longer than the lock holds by itself.
    pub(super) async fn kept<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            match tokio::time::timeout(EXTEND, &mut work).await {
                Ok(done) => return done,
                // Whether it was lost is asked before the next statement; this one runs already.
                Err(_) => drop(self.keep().await),
            }
        }
    }

    /// Gives it back.
    pub(super) async fn release(self) -> Result<(), SinkError> {
        self.extend(Duration::ZERO).await
    }

    fn age(&self) -> Duration {
        self.extended.lock().unwrap_or_else(std::sync::PoisonError::into_inner).elapsed()
    }

    /// Claim, owner and beginning of the oldest that has not run out.
    async fn holder(&self) -> Result<Option<(String, String, String)>, SinkError> {
        let query = format!(
            "SELECT claim, any(owner), toString(min(at)) FROM {TABLE} GROUP BY claim \
             HAVING argMax(until, at) > now64(3) ORDER BY min(at), claim LIMIT 1"
        );
        let rows = self.sink.rows("asking who migrates", &query).await?;
        Ok(rows.into_iter().next())
    }

    async fn extend(&self, by: Duration) -> Result<(), SinkError> {
        let Some(claim) = &self.claim else { return Ok(()) };
        let asked = Instant::now();
        let owner = format!("process {}", std::process::id());
        let statement = format!(
            "INSERT INTO {TABLE} (claim, owner, until) SELECT {}, {}, now64(3) + toIntervalMillisecond({})",
            streamhouse_schema::sql::string(claim),
            streamhouse_schema::sql::string(&owner),
            by.as_millis()
        );
        self.sink.execute("locking migrations", &statement).await?;
        *self.extended.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = asked;
        Ok(())
    }
}
