//! Both servers together.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};
use url::Url;

use crate::clickhouse::ClickHouse;
use crate::error::StackError;
use crate::redis::{self, Redis};
use crate::{folder, program};

const REDIS_VARIABLE: &str = "REDIS_URL";
const CLICKHOUSE_VARIABLE: &str = "CLICKHOUSE_URL";

/// How a stack is started.
#[derive(Debug, Clone, Copy, Default)]
pub struct StackOptions {
    /// Leave data and logs where they are when the stack ends.
    pub keep: bool,
}

/// A Redis and a ClickHouse, each this stack's own or named by the environment.
#[derive(Debug)]
pub struct Stack {
    folder: PathBuf,
    options: StackOptions,
    redis: Half<Redis>,
    clickhouse: Half<ClickHouse>,
}

#[derive(Debug)]
enum Half<T> {
    Own(T),
    Foreign(String),
}

impl<T> Half<T> {
    fn own(&mut self, variable: &'static str) -> Result<&mut T, StackError> {
        match self {
            Half::Own(server) => Ok(server),
            Half::Foreign(_) => Err(StackError::Foreign { variable }),
        }
    }
}

impl Stack {
    /// Starts both servers side by side and waits until they answer.
    pub fn start(name: &str, options: StackOptions) -> Result<Self, StackError> {
        let foreign_redis = foreign(REDIS_VARIABLE, "redis://user:password@host:port")?;
        let foreign_clickhouse = foreign(CLICKHOUSE_VARIABLE, "http://user:password@host:port/database")?;
        let folder = folder::create(name)?;
        let bar = ProgressBar::new_spinner();
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.set_message("starting Redis and ClickHouse");
        bar.enable_steady_tick(Duration::from_millis(120));
        let (redis, clickhouse) = std::thread::scope(|scope| {
            let redis = scope.spawn(|| match foreign_redis {
                Some(url) => Ok(Half::Foreign(url)),
                None => Redis::start(&folder).map(Half::Own),
            });
            let clickhouse = match foreign_clickhouse {
                Some(url) => Ok(Half::Foreign(url)),
                None => ClickHouse::start(&folder).map(Half::Own),
            };
            let redis = redis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (redis, clickhouse)
        });
        bar.finish_and_clear();
        Ok(Self { redis: redis?, clickhouse: clickhouse?, folder, options })
    }

    /// The URL of Redis, as in `REDIS_URL`.
    pub fn redis_url(&self) -> String {
        match &self.redis {
            Half::Own(redis) => redis.url(),
            Half::Foreign(url) => url.clone(),
        }
    }

    /// The URL of ClickHouse, as in `CLICKHOUSE_URL`.
    pub fn clickhouse_url(&self) -> String {
        match &self.clickhouse {
            Half::Own(clickhouse) => clickhouse.url(),
            Half::Foreign(url) => url.clone(),
        }
    }

    /// The folder of data and logs; logs of other processes may go there too.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The stack's own Redis.
    pub fn redis(&mut self) -> Result<&mut Redis, StackError> {
        self.redis.own(REDIS_VARIABLE)
    }

    /// The stack's own ClickHouse.
    pub fn clickhouse(&mut self) -> Result<&mut ClickHouse, StackError> {
        self.clickhouse.own(CLICKHOUSE_VARIABLE)
    }

    fn logs(&mut self) -> Vec<String> {
        let redis = match &mut self.redis {
            Half::Own(redis) => redis.process().map(|process| process.log_tail()),
            Half::Foreign(_) => None,
        };
        let clickhouse = match &mut self.clickhouse {
            Half::Own(clickhouse) => clickhouse.process().map(|process| process.log_tail()),
            Half::Foreign(_) => None,
        };
        redis.into_iter().chain(clickhouse).collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for log in self.logs() {
                eprintln!("{log}");
            }
        }
        // The servers first, so that nobody writes into what is removed.
        self.redis = Half::Foreign(String::new());
        self.clickhouse = Half::Foreign(String::new());
        if !self.options.keep {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// The stack that all tests of a process share. It ends with the process; tests keep apart by names of their own.
pub fn shared() -> Result<&'static Stack, &'static StackError> {
    static SHARED: LazyLock<Result<Stack, StackError>> =
        LazyLock::new(|| Stack::start("shared", StackOptions::default()));
    SHARED.as_ref()
}

/// Fetches and installs what a stack needs, where it is not there: Redis, and the engine's library.
pub fn prepare() -> Result<(), StackError> {
    if std::env::var_os(REDIS_VARIABLE).is_none() {
        redis::find_or_install()?;
    }
    if std::env::var_os(CLICKHOUSE_VARIABLE).is_none() && program::on_path("clickhouse").is_none() {
        streamhouse_embedded::library::ensure()?;
    }
    Ok(())
}

fn foreign(variable: &'static str, form: &'static str) -> Result<Option<String>, StackError> {
    match std::env::var(variable) {
        Err(_) => Ok(None),
        Ok(url) if Url::parse(&url).is_ok_and(|url| url.has_host()) => Ok(Some(url)),
        Ok(_) => Err(StackError::Url { variable, form }),
    }
}
