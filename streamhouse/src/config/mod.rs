//! Settings: where the servers are, and how much is sent at once.

mod address;
mod durability;
mod producer;
mod worker;

use crate::error::Error;

pub use address::{ClickHouseConfig, RedisConfig};
pub use durability::Durability;
pub use producer::{ProducerConfig, SpoolConfig, WhenFull};
pub use worker::WorkerConfig;

/// All settings. Begin with [`Config::from_env`] or [`Config::new`] and change what should be different.
#[derive(Debug, Clone)]
pub struct Config {
    /// Redis, where events wait.
    pub redis: RedisConfig,
    /// ClickHouse, where they go.
    pub clickhouse: ClickHouseConfig,
    /// Sending.
    pub producer: ProducerConfig,
    /// Inserting.
    pub worker: WorkerConfig,
}

impl Config {
    /// The defaults, for the servers at these URLs: `redis://user:password@host:port/database` and
    /// `http://user:password@host:port/database`.
    pub fn new(redis_url: &str, clickhouse_url: &str) -> Result<Self, Error> {
        Ok(Self {
            redis: RedisConfig::new(redis_url)?,
            clickhouse: ClickHouseConfig::new(clickhouse_url)?,
            producer: ProducerConfig::default(),
            worker: WorkerConfig::default(),
        })
    }

    /// The defaults, with the servers from `REDIS_URL` and `CLICKHOUSE_URL`, or on this machine at their usual
    /// ports, the prefix of the keys from `STREAMHOUSE_PREFIX`, the [`Durability`] from `STREAMHOUSE_DURABILITY`, and the
    /// folder and the bytes of a [spool](SpoolConfig) from `STREAMHOUSE_SPOOL` and `STREAMHOUSE_SPOOL_BYTES`. What of a stream may wait
    /// for workers comes from `STREAMHOUSE_BACKLOG_ENTRIES` and `STREAMHOUSE_BACKLOG_BYTES` ([`ProducerConfig`]).
    pub fn from_env() -> Result<Self, Error> {
        let variable = |name: &'static str, default: &str| match std::env::var(name) {
            Ok(value) => Ok(value),
            Err(std::env::VarError::NotPresent) => Ok(default.to_string()),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Error::Configuration { setting: name, message: "is not UTF-8".into() })
            }
        };
        let mut config = Self::new(
            &variable("REDIS_URL", "redis://127.0.0.1:6379")?,
            &variable("CLICKHOUSE_URL", "http://127.0.0.1:8123")?,
        )?;
        config.redis.prefix = variable("STREAMHOUSE_PREFIX", &config.redis.prefix)?;
        config.redis.durability = variable("STREAMHOUSE_DURABILITY", "reply")?.parse()?;
        let number = |name: &'static str, default: u64| {
            let text = variable(name, &default.to_string())?;
            text.parse().map_err(|_| Error::Configuration {
                setting: name,
                message: format!("is {text:?}, not a whole number"),
            })
        };
        let producer = &mut config.producer;
        producer.backlog_entries = number("STREAMHOUSE_BACKLOG_ENTRIES", producer.backlog_entries)?;
        producer.backlog_bytes = number("STREAMHOUSE_BACKLOG_BYTES", producer.backlog_bytes)?;
        if let Some(folder) = std::env::var_os("STREAMHOUSE_SPOOL") {
            let mut spool = SpoolConfig::new(folder);
            spool.bytes = number("STREAMHOUSE_SPOOL_BYTES", spool.bytes)?;
            config.producer.spool = Some(spool);
        }
        config.check()?;
        Ok(config)
    }

    /// Checks what the types alone do not: each error names the setting and what it may be.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let prefix = &self.redis.prefix;
        if prefix.is_empty()
            || prefix.len() > 64
            || prefix.chars().any(|c| c.is_control() || "{}".contains(c))
        {
            return Err(Error::Configuration {
                setting: "redis.prefix",
                message: format!("{prefix:?} is not 1 to 64 characters without braces"),
            });
        }
        self.producer.check()?;
        self.worker.check()
    }
}
