//! Both servers together.

use std::io::IsTerminal;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};
use url::Url;

use crate::clickhouse::{ClickHouse, ClickHouseKind, ClickHouseOptions};
use crate::error::StackError;
use crate::folder::Folder;
use crate::proxy::Proxy;
use crate::redis::{Redis, RedisKind, RedisOptions};
use crate::server::Health;

pub(crate) const REDIS_VARIABLE: &str = "REDIS_URL";
pub(crate) const CLICKHOUSE_VARIABLE: &str = "CLICKHOUSE_URL";

/// How a stack is started, as plain data.
#[derive(Debug, Clone, Default)]
pub struct StackOptions {
    /// Leave data and logs where they are when the stack ends.
    pub keep: bool,
    /// Where they lie; without it, under the target folder. Where they are kept it is this very folder, so that
    /// another stack finds them there; otherwise a new one in it.
    pub folder: Option<PathBuf>,
    /// How Redis is set up.
    pub redis: RedisOptions,
    /// How ClickHouse is set up.
    pub clickhouse: ClickHouseOptions,
}

/// A Redis and a ClickHouse, each this stack's own or named by the environment.
#[derive(Debug)]
pub struct Stack {
    redis: Half<Redis>,
    clickhouse: Half<ClickHouse>,
    /// After the servers, which write into it.
    folder: Folder,
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
        let folder = match (&options.folder, options.keep) {
            (Some(folder), true) => Folder::open(folder)?,
            (Some(folder), false) => Folder::create_in(folder, name)?,
            (None, keep) => {
                let mut folder = Folder::create(name)?;
                if keep {
                    folder.keep()?;
                }
                folder
            }
        };
        let bar = ProgressBar::new_spinner();
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.set_message("starting Redis and ClickHouse");
        bar.enable_steady_tick(Duration::from_millis(120));
        let (redis, clickhouse) = std::thread::scope(|scope| {
            let redis = scope.spawn(|| match foreign_redis {
                Some(url) => Ok(Half::Foreign(url)),
                None => Redis::start(&folder, "redis", &options.redis).map(Half::Own),
            });
            let clickhouse = match foreign_clickhouse {
                Some(url) => Ok(Half::Foreign(url)),
                None => ClickHouse::start(&folder, "clickhouse", &options.clickhouse).map(Half::Own),
            };
            let redis = redis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (redis, clickhouse)
        });
        bar.finish_and_clear();
        Ok(Self { redis: redis?, clickhouse: clickhouse?, folder })
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

    /// A proxy before Redis, whoever started that.
    pub fn redis_proxy(&self) -> Result<Proxy, StackError> {
        Proxy::before(&self.redis_url())
    }

    /// A proxy before ClickHouse, whoever started that.
    pub fn clickhouse_proxy(&self) -> Result<Proxy, StackError> {
        Proxy::before(&self.clickhouse_url())
    }

    /// The folder of data and logs; logs of other processes may go there too.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The stack's own Redis.
    pub fn redis(&mut self) -> Result<&mut Redis, StackError> {
        self.redis.own(REDIS_VARIABLE)
    }

    /// The stack's own ClickHouse.
    pub fn clickhouse(&mut self) -> Result<&mut ClickHouse, StackError> {
        self.clickhouse.own(CLICKHOUSE_VARIABLE)
    }

    /// How Redis does. One that was not started here answers if it accepts a connection.
    pub fn redis_health(&mut self) -> Health {
        match &mut self.redis {
            Half::Own(redis) => redis.health(),
            Half::Foreign(url) => reachable(url),
        }
    }

    /// How ClickHouse does. One that was not started here answers if it accepts a connection.
    pub fn clickhouse_health(&mut self) -> Health {
        match &mut self.clickhouse {
            Half::Own(clickhouse) => clickhouse.health(),
            Half::Foreign(url) => reachable(url),
        }
    }

    /// Whether Redis and ClickHouse are the stack's own.
    pub fn owns(&self) -> (bool, bool) {
        (matches!(self.redis, Half::Own(_)), matches!(self.clickhouse, Half::Own(_)))
    }

    /// The logs of the stack's own servers, each with the server's name.
    pub fn logs(&self) -> Vec<(&'static str, PathBuf)> {
        let redis = match &self.redis {
            Half::Own(redis) => Some(("redis", redis.log())),
            Half::Foreign(_) => None,
        };
        let clickhouse = match &self.clickhouse {
            Half::Own(clickhouse) => Some(("clickhouse", clickhouse.log())),
            Half::Foreign(_) => None,
        };
        redis.into_iter().chain(clickhouse).collect()
    }

    /// Asks both servers to end, which writes what they hold, and removes the folder unless it is kept. A server that
    /// takes longer than the limit is killed.
    pub fn end(self, limit: Duration) {
        let Self { redis, clickhouse, folder } = self;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                if let Half::Own(mut redis) = redis {
                    redis.terminate(limit);
                }
            });
            if let Half::Own(mut clickhouse) = clickhouse {
                clickhouse.terminate(limit);
            }
        });
        drop(folder);
    }
}

/// Fetches and installs what a stack needs, where it is not there: Redis, and the engine's library.
pub fn prepare() -> Result<(), StackError> {
    if std::env::var_os(REDIS_VARIABLE).is_none() {
        RedisKind::choose(None, false)?;
    }
    if std::env::var_os(CLICKHOUSE_VARIABLE).is_none()
        && ClickHouseKind::from_env()? == ClickHouseKind::Embedded
    {
        streamhouse_embedded::library::ensure()?;
    }
    Ok(())
}

/// The same for tests, which also ask a server with TLS and speak to servers as people do, through `redis-cli`.
pub fn prepare_tests() -> Result<(), StackError> {
    prepare()?;
    RedisKind::find(true).map(drop)
}

fn foreign(variable: &'static str, form: &'static str) -> Result<Option<String>, StackError> {
    match std::env::var(variable) {
        Err(_) => Ok(None),
        Ok(url) if Url::parse(&url).is_ok_and(|url| url.has_host()) => Ok(Some(url)),
        Ok(_) => Err(StackError::Url { variable, form }),
    }
}

fn reachable(url: &str) -> Health {
    let reach = || {
        let url = Url::parse(url).ok()?;
        let port = url.port_or_known_default().unwrap_or(6379);
        let address = (url.host_str()?.trim_matches(['[', ']']), port).to_socket_addrs().ok()?.next()?;
        TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()
    };
    if reach().is_some() { Health::Answers } else { Health::Silent }
}
