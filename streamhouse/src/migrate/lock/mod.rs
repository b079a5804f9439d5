//! One runner at a time: by a table to which rows are only added, and by Redis in front of it where there is one.
//!
//! Each runner adds a claim and later extends it. Of the claims that have not run out the oldest holds. ClickHouse has no
//! compare-and-set: a claim is believed only after a while, in which one that was made before it has become visible. Redis decides at
//! once, and for all replicas of a server; whoever has its lock claims the table too, so runners with and without it keep
//! each other out.
//!
//! A lock bears a number, the fence, greater than all before it. Whatever is noted in the history is noted under it, and refused
//! once there is a greater one: a runner that was held up for so long that another one has begun comes no further.

mod redis;

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use streamhouse_schema::sql::string;
use uuid::Uuid;

use self::redis::RedisLock;
use super::MigrateError;
use crate::config::RedisConfig;
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
    fence: u64,
    redis: Option<RedisLock>,
}

impl<'a> Lock<'a> {
    /// One that is always held, for a database that nobody else knows.
    pub(super) fn alone(sink: &'a Sink) -> Self {
        Self { sink, claim: None, extended: Instant::now().into(), fence: 0, redis: None }
    }

    /// Whether nobody else knows the database.
    pub(super) fn is_alone(&self) -> bool {
        self.claim.is_none()
    }

    /// Takes it; waits for other runners, but no longer than so.
    pub(super) async fn take(
        sink: &'a Sink,
        redis: Option<&RedisConfig>,
        wait: Duration,
    ) -> Result<Self, MigrateError> {
        let start = Instant::now();
        let claim = Uuid::now_v7().simple().to_string();
        let redis = match redis {
            Some(config) => Some(RedisLock::take(config, sink.database(), &claim, wait).await?),
            None => None,
        };
        let mut lock = Self { sink, claim: Some(claim), extended: start.into(), fence: 0, redis };
        let claimed = lock.claim_table(start, wait).await;
        if claimed.is_err() {
            lock.let_go().await?;
        }
        claimed.map(|()| lock)
    }

    async fn claim_table(&mut self, start: Instant, wait: Duration) -> Result<(), MigrateError> {
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {TABLE} (\
                claim String, owner String, until DateTime64(3, 'UTC'), at DateTime64(6, 'UTC') DEFAULT now64(6), \
                fence UInt64\
            ) ENGINE = MergeTree ORDER BY at TTL toDateTime(at) + toIntervalDay(7) \
            COMMENT 'Who migrates; rows are only added'"
        );
        let doing = "creating the lock of migrations";
        self.sink.execute(doing, &create).await?;
        if self.sink.column_type(TABLE, "fence").await?.is_none() {
            let more = format!("ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS fence UInt64");
            self.sink.execute(doing, &more).await?;
        }
        self.extend(HOLDS).await?;
        loop {
            tokio::time::sleep(SETTLE).await;
            let Some((claim, owner, since)) = self.holder().await? else {
                // So long in waiting that its own claim has run out.
                self.extend(HOLDS).await?;
                continue;
            };
            if self.claim.as_ref() == Some(&claim) {
                self.fence = self.raise_fence().await?;
                return Ok(());
            }
            if start.elapsed() > wait {
                return Err(MigrateError::Locked { owner, since });
            }
            if self.age() > EXTEND {
                self.extend(HOLDS).await?;
            }
        }
    }

    /// What keeps a statement from being run for a runner that has lost its lock, as a condition that is true or an error
    /// ([`is_fenced`]); `None` where nobody else knows the database.
    pub(super) fn condition(&self) -> Option<String> {
        self.claim.as_ref()?;
        let message = string(FENCED);
        Some(format!("NOT throwIf((SELECT max(fence) FROM {TABLE}) > {}, {message})", self.fence))
    }

    /// Extends it where that is due; whether it is still held.
    pub(super) async fn keep(&self) -> Result<bool, SinkError> {
        if self.claim.is_none() || self.age() < EXTEND {
            return Ok(true);
        }
        if let Some(redis) = &self.redis
            && !redis.keep(self.fence).await
        {
            return Ok(false);
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
        self.let_go().await
    }

    async fn let_go(&self) -> Result<(), SinkError> {
        let released = self.extend(Duration::ZERO).await;
        if let Some(redis) = &self.redis {
            redis.release().await;
        }
        released
    }

    fn age(&self) -> Duration {
        self.extended.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
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

    /// A number above all that the table, Redis and the clock know: rows of the table go after some days, and Redis may forget.
    async fn raise_fence(&self) -> Result<u64, SinkError> {
        let known = self.redis.as_ref().map_or(0, RedisLock::fence);
        let query = format!(
            "SELECT greatest(max(fence) + 1, {known}, toUInt64(toUnixTimestamp64Milli(now64(3)))) FROM {TABLE}"
        );
        let fence: Vec<u64> = self.sink.rows("numbering the lock of migrations", &query).await?;
        let fence = fence.first().copied().unwrap_or(known);
        self.add(HOLDS, fence).await?;
        Ok(fence)
    }

    async fn extend(&self, by: Duration) -> Result<(), SinkError> {
        self.add(by, self.fence).await
    }

    async fn add(&self, by: Duration, fence: u64) -> Result<(), SinkError> {
        let Some(claim) = &self.claim else { return Ok(()) };
        let asked = Instant::now();
        let statement = format!(
            "INSERT INTO {TABLE} (claim, owner, until, fence) SELECT {}, {}, now64(3) + toIntervalMillisecond({}), {fence}",
            string(claim),
            string(&owner()),
            by.as_millis()
        );
        self.sink.execute("locking migrations", &statement).await?;
        *self.extended.lock().unwrap_or_else(PoisonError::into_inner) = asked;
        Ok(())
    }
}

/// What a server says to a runner that has lost its lock.
const FENCED: &str = "another runner of migrations has begun";

/// Whether a statement was refused because its runner has lost its lock.
pub(super) fn is_fenced(error: &SinkError) -> bool {
    // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO.
    matches!(error, SinkError::Server { code: 395, message, .. } if message.contains(FENCED))
}

fn owner() -> String {
    format!("process {}", std::process::id())
}
