//! Waiting until what was written is as durable as was asked for.

use std::time::Duration;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;

use crate::config::Durability;
use crate::error::Error;

/// How long the server waits before it says how far it is.
const STEP: Duration = Duration::from_millis(500);
/// After how many steps the one who waits is told, and may say so: below the time that a connection waits for an answer.
const STEPS: u32 = 8;
const SETTING: &str = "redis.durability";

impl Durability {
    /// Whether the server can do it at all: an error names the setting on either side.
    pub(crate) async fn check(self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        match self {
            Durability::Reply => Ok(()),
            Durability::Replicas(0) => Err(Error::Configuration {
                setting: SETTING,
                message: "is `Replicas(0)`, which waits for nobody: at least 1, or `Reply`".into(),
            }),
            Durability::Replicas(_) => Ok(()),
            Durability::Fsync => waited_for_disk(connection, Duration::from_millis(1)).await.map(drop),
        }
    }

    /// Waits until everything that the connection has written is as durable. For one that has written nothing, servers wait for
    /// nothing (Valkey 9.1) or for all that was written before its last command (Redis 7.0).
    pub(crate) async fn reached(self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        for _ in 0..STEPS {
            let reached = match self {
                Durability::Reply => true,
                Durability::Replicas(wanted) => {
                    waited_for_replicas(connection, wanted).await? >= wanted.into()
                }
                Durability::Fsync => waited_for_disk(connection, STEP).await?,
            };
            if reached {
                return Ok(());
            }
        }
        let (code, message) = match self {
            Durability::Replicas(wanted) => {
                let have = waited_for_replicas(connection, wanted).await?;
                let message = format!(
                    "{have} of {wanted} replicas have what was written; start more, or lower `{SETTING}`"
                );
                ("NOREPLICAS", message)
            }
            _ => {
                let message =
                    "what was written is not on the disk yet: the disk is slow, or `appendfsync` is `no`";
                ("MISCONF", message.to_string())
            }
        };
        Err(Error::Redis { operation: "waiting for durability", message, retryable: true, code: code.into() })
    }
}

async fn waited_for_replicas(connection: &mut MultiplexedConnection, wanted: u16) -> Result<u64, Error> {
    let answer = redis::cmd("WAIT").arg(wanted).arg(STEP.as_millis() as u64).query_async(connection).await;
    answer.map_err(|error| Error::redis("waiting for replicas", &error))
}

/// Whether the server's own disk has it. The answer is how many servers have: this one, and replicas.
async fn waited_for_disk(connection: &mut MultiplexedConnection, limit: Duration) -> Result<bool, Error> {
    let answer: RedisResult<(u64, u64)> =
        redis::cmd("WAITAOF").arg(1).arg(0).arg(limit.as_millis() as u64).query_async(connection).await;
    match answer {
        Ok((local, _)) => Ok(local >= 1),
        Err(error) => {
            let text = error.to_string();
            let cannot = |message: &str| Error::Configuration { setting: SETTING, message: message.into() };
            if text.contains("unknown command") {
                Err(cannot("is `Fsync`, and this server has no WAITAOF: take Redis 7.2 or later, or Valkey"))
            } else if text.contains("appendonly") {
                Err(cannot("is `Fsync`, and this server writes no append-only file: set `appendonly yes`"))
            } else {
                Err(Error::redis("waiting for the disk", &error))
            }
        }
    }
}
