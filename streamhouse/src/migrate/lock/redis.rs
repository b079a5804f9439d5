//! The lock in Redis: a hash that knows who holds it, until when by Redis' clock, and the greatest fence.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use redis::Script;
use redis::aio::MultiplexedConnection;
use streamhouse_schema::value::instant_text;

use super::{HOLDS, SETTLE, owner};
use crate::config::RedisConfig;
use crate::error::Error;
use crate::migrate::MigrateError;
use crate::redis::{Connector, Keys};

/// A lock that is held in Redis.
#[derive(Debug)]
pub(super) struct RedisLock {
    connector: Connector,
    connection: tokio::sync::Mutex<Option<MultiplexedConnection>>,
    key: String,
    claim: String,
    keep: Script,
    fence: u64,
    /// When it was last known to be held.
    held: std::sync::Mutex<Instant>,
}

impl RedisLock {
    /// Takes it; waits for other runners, but no longer than so.
    pub(super) async fn take(
        config: &RedisConfig,
        database: &str,
        claim: &str,
        wait: Duration,
    ) -> Result<Self, MigrateError> {
        let start = Instant::now();
        let failed = |error: Error| MigrateError::LockServer { message: error.to_string() };
        let connector = Connector::new(config)?;
        let mut connection = connector.connect().await.map_err(failed)?;
        let key = Keys::new(&config.prefix).migrations(database);
        let take = Script::new(include_str!("take.lua"));
        loop {
            let asked = Instant::now();
            let mut call = take.key(&key);
            call.arg(claim).arg(owner()).arg(HOLDS.as_millis() as u64);
            let taken: redis::RedisResult<(u64, String, u64)> = call.invoke_async(&mut connection).await;
            let (fence, owner, since) =
                taken.map_err(|error| failed(Error::redis("locking migrations", &error)))?;
            if fence > 0 {
                return Ok(Self {
                    connector,
                    connection: Some(connection).into(),
                    key,
                    claim: claim.to_string(),
                    keep: Script::new(include_str!("keep.lua")),
                    fence,
                    held: asked.into(),
                });
            }
            if start.elapsed() > wait {
                let since = instant_text((since / 1000) as i64, (since % 1000) as u32 * 1_000_000);
                return Err(MigrateError::Locked { owner, since });
            }
            tokio::time::sleep(SETTLE).await;
        }
    }

    /// The number that it was taken under.
    pub(super) fn fence(&self) -> u64 {
        self.fence
    }

    /// Extends it; whether it is still held. Where Redis does not answer, it is for as long as nobody else can have it.
    pub(super) async fn keep(&self, fence: u64) -> bool {
        let asked = Instant::now();
        match self.call(HOLDS, fence).await {
            Ok(1) => *self.held.lock().unwrap_or_else(PoisonError::into_inner) = asked,
            Ok(_) => return false,
            Err(error) => tracing::warn!(%error, "the lock of migrations cannot be extended"),
        }
        self.held.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < HOLDS
    }

    /// Gives it back. It ends by itself where Redis does not answer.
    pub(super) async fn release(&self) {
        if let Err(error) = self.call(Duration::ZERO, self.fence).await {
            tracing::debug!(%error, "the lock of migrations was not given back; it ends by itself");
        }
    }

    async fn call(&self, holds: Duration, fence: u64) -> Result<u64, Error> {
        let mut place = self.connection.lock().await;
        let mut connection = match place.take() {
            Some(connection) => connection,
            None => self.connector.connect().await?,
        };
        let mut call = self.keep.key(&self.key);
        call.arg(&self.claim).arg(owner()).arg(holds.as_millis() as u64).arg(fence);
        let held = call.invoke_async(&mut connection).await;
        let held = held.map_err(|error| Error::redis("extending the lock of migrations", &error))?;
        // One that has failed is made anew.
        *place = Some(connection);
        Ok(held)
    }
}
