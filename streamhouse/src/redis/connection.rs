//! Connections, and how long to wait before the next attempt.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};

use crate::config::{Durability, RedisConfig};
use crate::error::Error;

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for an answer to a command that does not block.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

/// Opens connections.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    client: Client,
    durability: Durability,
}

impl Connector {
    pub(crate) fn new(config: &RedisConfig) -> Result<Self, Error> {
        let client = Client::open(config.url.clone()).map_err(|error| Error::Configuration {
            setting: "redis.url (REDIS_URL)",
            message: error.to_string(),
        })?;
        Ok(Self { client, durability: config.durability })
    }

    /// When what is written counts as stored.
    pub(crate) fn durability(&self) -> Durability {
        self.durability
    }

    /// A connection for commands that answer at once.
    pub(crate) async fn connect(&self) -> Result<MultiplexedConnection, Error> {
        self.open(Some(RESPONSE_TIMEOUT)).await
    }

    /// A connection for commands that block, of one reader alone: whoever shares it would wait as well. The time
    /// limit is the block itself and then some.
    pub(crate) async fn connect_blocking(&self, block: Duration) -> Result<MultiplexedConnection, Error> {
        self.open(Some(block + RESPONSE_TIMEOUT)).await
    }

    async fn open(&self, response: Option<Duration>) -> Result<MultiplexedConnection, Error> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(response);
        self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(|error| {
            let info = self.client.get_connection_info();
            match Error::redis("connecting", &error) {
                Error::Redis { operation, message, retryable, code } => {
                    let message = format!("{message}, at {}", info.addr());
                    Error::Redis { operation, message, retryable, code }
                }
                other => other,
            }
        })
    }
}

/// Waits that grow from 50 ms to a limit, with some chance in them so that many do not try at once.
#[derive(Debug)]
pub(crate) struct Patience {
    builder: ExponentialBuilder,
    waits: ExponentialBackoff,
    limit: Duration,
}

impl Patience {
    pub(crate) fn up_to(limit: Duration) -> Self {
        let builder = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50).min(limit))
            .with_max_delay(limit)
            .with_jitter()
            .without_max_times();
        Self { builder, waits: builder.build(), limit }
    }

    /// How long to wait before the next attempt.
    pub(crate) fn next(&mut self) -> Duration {
        self.waits.next().unwrap_or(self.limit)
    }

    /// Begins anew, after a success.
    pub(crate) fn reset(&mut self) {
        self.waits = self.builder.build();
    }
}
