//! The servers, and what can be seen of them without a proxy in between.

use std::time::Duration;

use redis::Connection;
use streamhouse_stack::{Persistence, Stack, StackOptions};

use super::events::EVENT;
use super::{Options, PARTITIONS};

/// How long Redis may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Prefix in Redis and database in ClickHouse.
pub(super) const NAME: &str = "chaos";

/// A partition of the stream, as Redis has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Entries in finished batches, ever.
    pub(super) read: u64,
    /// Entries in the stream.
    pub(super) waiting: u64,
    /// Batches that are cut and not finished.
    pub(super) batches: u64,
    /// Entries that were set aside.
    pub(super) dead: u64,
    /// Somebody holds it.
    pub(super) leased: bool,
}

/// Servers of the run's own.
pub(super) struct Place {
    pub(super) stack: Stack,
    redis: Option<Connection>,
    /// Redis is stopped: whoever asks it waits until it goes on, and it is for us to let it.
    pub(super) redis_stopped: bool,
}

impl Place {
    pub(super) fn start(options: &Options) -> Result<Self, String> {
        let mut stack = StackOptions { keep: options.keep, ..StackOptions::default() };
        // What is confirmed outlives its kill: because it is on the disk before Redis answers, or because that is waited for.
        stack.redis.persistence = if options.fsync { Persistence::EverySecond } else { Persistence::Always };
        stack.redis.kind.clone_from(&options.redis);
        let stack = Stack::start("chaos", stack).map_err(|error| error.to_string())?;
        if stack.owns() != (true, true) {
            return Err("servers of others are not killed: unset REDIS_URL and CLICKHOUSE_URL".into());
        }
        Ok(Self { stack, redis: None, redis_stopped: false })
    }

    /// Runs a query of ClickHouse; gives rows of tab-separated values.
    pub(super) fn query(&mut self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        let clickhouse = self.stack.clickhouse().map_err(|error| error.to_string())?;
        let text = clickhouse.query(sql).map_err(|error| error.to_string())?;
        Ok(text.lines().map(|line| line.split('\t').map(str::to_string).collect()).collect())
    }

    /// Bytes that Redis uses.
    pub(super) fn memory(&mut self) -> Result<u64, String> {
        let info: String = self.ask(redis::cmd("INFO").arg("memory"))?;
        let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
        used.and_then(|used| used.trim().parse().ok()).ok_or_else(|| "INFO memory has no used_memory".into())
    }

    /// What the server calls itself.
    pub(super) fn version(&mut self) -> Result<String, String> {
        let info: String = self.ask(redis::cmd("INFO").arg("server"))?;
        let value = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        Ok(match (value("valkey_version:"), value("redis_version:")) {
            (Some(valkey), _) => format!("Valkey {valkey}"),
            (None, Some(redis)) => format!("Redis {redis}"),
            (None, None) => "unknown".into(),
        })
    }

    /// All partitions; an error where Redis is away.
    pub(super) fn partitions(&mut self) -> Result<Vec<Seen>, String> {
        let mut pipeline = redis::pipe();
        for partition in 0..PARTITIONS {
            let key = |kind: &str| format!("{NAME}:{{{EVENT}:{partition}}}:{kind}");
            pipeline.cmd("HMGET").arg(key("state")).arg("read").arg("owner");
            pipeline.cmd("XLEN").arg(key("stream"));
            pipeline.cmd("HLEN").arg(key("batches"));
            pipeline.cmd("XLEN").arg(key("dead"));
        }
        type Answer = ((Option<u64>, Option<String>), u64, u64, u64);
        let answers: Vec<redis::Value> = self.on_connection(|connection| pipeline.query(connection))?;
        answers
            .chunks(4)
            .map(|answer| {
                let answer = redis::Value::Array(answer.to_vec());
                let ((read, owner), waiting, batches, dead): Answer =
                    redis::from_redis_value(answer).map_err(|error| error.to_string())?;
                let leased = owner.is_some_and(|owner| !owner.is_empty());
                Ok(Seen { read: read.unwrap_or(0), waiting, batches, dead, leased })
            })
            .collect()
    }

    fn ask<T: redis::FromRedisValue>(&mut self, command: &redis::Cmd) -> Result<T, String> {
        self.on_connection(|connection| command.query(connection))
    }

    /// Asks on the connection that is there, and on a new one where that was lost with the server.
    fn on_connection<T>(
        &mut self,
        ask: impl Fn(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, String> {
        if self.redis_stopped {
            return Err("Redis is stopped".into());
        }
        if let Some(mut connection) = self.redis.take()
            && let Ok(answer) = ask(&mut connection)
        {
            self.redis = Some(connection);
            return Ok(answer);
        }
        let open = || {
            let client = redis::Client::open(self.stack.redis_url())?;
            let connection = client.get_connection_with_timeout(ANSWER)?;
            connection.set_read_timeout(Some(ANSWER))?;
            Ok::<_, redis::RedisError>(connection)
        };
        let mut connection = open().map_err(|error| error.to_string())?;
        let answer = ask(&mut connection).map_err(|error| error.to_string())?;
        self.redis = Some(connection);
        Ok(answer)
    }
}
