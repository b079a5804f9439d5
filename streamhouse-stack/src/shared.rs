//! One stack for all tests of a process, and a place on it for each.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use url::Url;
use uuid::Uuid;

use crate::error::StackError;
use crate::resp::{Connection, Reply};
use crate::stack::{Stack, StackOptions};
use crate::{http, log, userinfo};

/// The stack that all tests of a process share. It ends with the process; tests keep apart by names of their own, see
/// [`Namespace`]. Where a thread panics, what the servers wrote since the last panic is printed.
pub fn shared() -> Result<&'static Stack, &'static StackError> {
    static SHARED: LazyLock<Result<Stack, StackError>> = LazyLock::new(|| {
        let stack = Stack::start("shared", StackOptions::default())?;
        show_logs_on_panic(&stack);
        Ok(stack)
    });
    SHARED.as_ref()
}

/// Nobody drops the shared stack, so nobody would print its logs.
fn show_logs_on_panic(stack: &Stack) {
    let logs = Mutex::new(stack.logs().into_iter().map(|(name, path)| (name, path, 0)).collect::<Vec<_>>());
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        others(panic);
        for (name, path, shown) in logs.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            *shown = log::show(name, path, *shown);
        }
    }));
}

/// A name that no other test knows, for a prefix in Redis and a database in ClickHouse.
///
/// Servers of a stack end with the process, and take everything along. On servers that the environment named, the
/// database and the keys `<name>:*` are removed when this value is dropped, except where that server is reached by TLS.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    redis_url: String,
    clickhouse_url: String,
    tidy: (bool, bool),
}

impl Namespace {
    /// A new one on the [`shared`] stack.
    ///
    /// # Panics
    ///
    /// Where the stack does not stand: a test has nothing else to do then. The message says how to mend it.
    pub fn new() -> Self {
        Self::on(shared().unwrap_or_else(|error| panic!("{error}")))
    }

    /// A new one on a stack.
    pub fn on(stack: &Stack) -> Self {
        let (redis, clickhouse) = stack.owns();
        let mut namespace = Self::at(&stack.redis_url(), &stack.clickhouse_url());
        namespace.tidy = (!redis, !clickhouse);
        namespace
    }

    /// A new one on servers that a test knows by their URLs, which may lead through a [`Proxy`](crate::Proxy). Nothing is
    /// removed.
    pub fn at(redis_url: &str, clickhouse_url: &str) -> Self {
        Self {
            name: new_name(),
            redis_url: redis_url.into(),
            clickhouse_url: clickhouse_url.into(),
            tidy: (false, false),
        }
    }

    /// The prefix of keys and the name of the database: letters and digits, the first one a letter.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of Redis.
    pub fn redis_url(&self) -> &str {
        &self.redis_url
    }

    /// The URL of ClickHouse.
    pub fn clickhouse_url(&self) -> &str {
        &self.clickhouse_url
    }

    /// Makes the database, which is not there yet.
    pub fn create_database(&self) -> Result<(), StackError> {
        query(&self.clickhouse_url, &format!("CREATE DATABASE {}", self.name)).map_err(|message| {
            StackError::Command { name: "clickhouse".into(), command: "CREATE DATABASE".into(), message }
        })
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let (redis, clickhouse) = self.tidy;
        if redis && let Err(message) = remove_keys(&self.redis_url, &format!("{}:*", self.name)) {
            eprintln!("the keys {}:* are left in Redis: {message}", self.name);
        }
        if clickhouse
            && let Err(message) =
                query(&self.clickhouse_url, &format!("DROP DATABASE IF EXISTS {}", self.name))
        {
            eprintln!("the database {} is left in ClickHouse: {message}", self.name);
        }
    }
}

/// Letters and digits, the first one a letter.
fn new_name() -> String {
    format!("t{}", Uuid::new_v4().simple())
}

fn remove_keys(url: &str, pattern: &str) -> Result<(), String> {
    let (url, address) = reach(url, "redis", 6379)?;
    let user = userinfo::decoded(url.username());
    let password = userinfo::decoded(url.password().unwrap_or_default());
    let failed = |error: std::io::Error| error.to_string();
    let mut redis = Connection::open(address, &user, &password).map_err(failed)?;
    let mut cursor = "0".to_string();
    loop {
        let found = redis.command(&["SCAN", &cursor, "MATCH", pattern, "COUNT", "1000"]).map_err(failed)?;
        let Reply::List(found) = found else { return Err(format!("SCAN gave {found:?}")) };
        if let Some(Reply::List(keys)) = found.get(1)
            && !keys.is_empty()
        {
            let keys: Vec<String> = keys.iter().map(Reply::text).collect();
            let words: Vec<&str> = std::iter::once("UNLINK").chain(keys.iter().map(String::as_str)).collect();
            redis.command(&words).map_err(failed)?;
        }
        cursor = found.first().map(Reply::text).unwrap_or_default();
        if cursor == "0" || cursor.is_empty() {
            return Ok(());
        }
    }
}

fn query(url: &str, sql: &str) -> Result<(), String> {
    let (url, address) = reach(url, "http", 8123)?;
    let user = userinfo::decoded(url.username());
    let password = userinfo::decoded(url.password().unwrap_or_default());
    http::query(address, &user, &password, sql, Duration::from_secs(10)).map(drop)
}

/// A URL and the address that it leads to, without TLS.
fn reach(url: &str, scheme: &str, port: u16) -> Result<(Url, std::net::SocketAddr), String> {
    use std::net::ToSocketAddrs;
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    if url.scheme() != scheme {
        return Err(format!("{} is not spoken here", url.scheme()));
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(port);
    let mut found = (host, port).to_socket_addrs().map_err(|error| error.to_string())?;
    let address = found.next().ok_or("the host has no address")?;
    Ok((url, address))
}
