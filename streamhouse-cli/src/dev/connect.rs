//! Where the servers are, and how to connect.

use std::io::Write;
use std::time::Duration;

use streamhouse_stack::{ClickHouse, Redis, Stack};

/// What a developer, or a program, needs to know.
pub(super) struct Connect {
    redis: Server,
    clickhouse: Server,
    folder: String,
    kept: bool,
}

struct Server {
    url: String,
    /// With its version; `None` where somebody else runs it.
    version: Option<String>,
    /// A line for the shell.
    client: String,
    log: Option<String>,
    process: Option<u32>,
}

impl Connect {
    pub(super) fn new(stack: &mut Stack, kept: bool) -> Self {
        let logs = stack.logs();
        let log = |name| logs.iter().find(|(of, _)| *of == name).map(|(_, path)| path.display().to_string());
        let processes = (
            stack.redis().ok().and_then(|redis| redis.process()).map(|process| process.id()),
            stack.clickhouse().ok().and_then(|clickhouse| clickhouse.process()).map(|process| process.id()),
        );
        let (redis_url, clickhouse_url) = (stack.redis_url(), stack.clickhouse_url());
        let redis = stack
            .redis()
            .ok()
            .map(|redis| (redis_version(redis), redis.password().to_string(), redis.port()));
        let clickhouse = stack.clickhouse().ok().map(|clickhouse| {
            (clickhouse_version(clickhouse), clickhouse.password().to_string(), clickhouse.port())
        });
        Self {
            redis: match redis {
                Some((version, password, port)) => Server {
                    url: redis_url,
                    version: Some(version),
                    client: format!("REDISCLI_AUTH={password} redis-cli -p {port}"),
                    log: log("redis"),
                    process: processes.0,
                },
                None => Server {
                    client: format!("redis-cli -u {}", quoted(&redis_url)),
                    url: redis_url,
                    version: None,
                    log: None,
                    process: None,
                },
            },
            clickhouse: match clickhouse {
                Some((version, password, port)) => Server {
                    url: clickhouse_url,
                    version: Some(version),
                    client: format!(
                        "curl --user default:{password} --data-binary 'SELECT version()' http://127.0.0.1:{port}/"
                    ),
                    log: log("clickhouse"),
                    process: processes.1,
                },
                None => Server {
                    client: format!("curl --data-binary 'SELECT version()' {}", quoted(&clickhouse_url)),
                    url: clickhouse_url,
                    version: None,
                    log: None,
                    process: None,
                },
            },
            folder: stack.folder().display().to_string(),
            kept,
        }
    }

    /// Prints it; whoever has closed the pipe does not want to know.
    pub(super) fn print(&self, json: bool, took: Duration) {
        let text = if json { self.json() } else { self.text(took) };
        let mut out = std::io::stdout();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn json(&self) -> String {
        let object = serde_json::json!({
            "redis_url": self.redis.url,
            "redis_version": self.redis.version,
            "redis_log": self.redis.log,
            "redis_process": self.redis.process,
            "clickhouse_url": self.clickhouse.url,
            "clickhouse_version": self.clickhouse.version,
            "clickhouse_log": self.clickhouse.log,
            "clickhouse_process": self.clickhouse.process,
            "folder": self.folder,
            "kept": self.kept,
        });
        format!("{object}\n")
    }

    fn text(&self, took: Duration) -> String {
        let version =
            |server: &Server| server.version.clone().unwrap_or_else(|| "started by somebody else".into());
        let fate = if self.kept { "kept for the next run" } else { "removed at the end; --keep keeps it" };
        format!(
            "Both servers answer, after {:.1} s.

  Redis       {}  ({})
  ClickHouse  {}  ({})
  data, logs  {}  ({fate})

To connect:

  export REDIS_URL={}
  export CLICKHOUSE_URL={}
  {}
  {}

Ctrl-C ends them.
",
            took.as_secs_f64(),
            self.redis.url,
            version(&self.redis),
            self.clickhouse.url,
            version(&self.clickhouse),
            self.folder,
            quoted(&self.redis.url),
            quoted(&self.clickhouse.url),
            self.redis.client,
            self.clickhouse.client,
        )
    }
}

fn redis_version(redis: &Redis) -> String {
    let info = redis.command(&["INFO", "server"]).map(|info| info.text()).unwrap_or_default();
    // Valkey gives both, the second one for clients that know only Redis.
    let figure = |name: &str| {
        info.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_string())
    };
    match (figure("valkey_version:"), figure("redis_version:")) {
        (Some(version), _) => format!("Valkey {version}"),
        (None, Some(version)) => format!("Redis {version}"),
        (None, None) => "of an unknown version".into(),
    }
}

fn clickhouse_version(clickhouse: &ClickHouse) -> String {
    match clickhouse.query("SELECT version()") {
        Ok(version) => format!("ClickHouse {}", version.trim()),
        Err(_) => "of an unknown version".into(),
    }
}

/// A word for the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
