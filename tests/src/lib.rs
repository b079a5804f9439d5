//! What the integration tests have in common: a place of their own on the shared stack.

pub mod chaos;
mod folder;
pub mod hostile;
#[cfg(target_os = "linux")]
pub mod inject;
pub mod soundness;
mod tables;
mod users;
pub mod walks;

pub use folder::Folder;
pub use tables::{alone, create, declared, each_partition};
pub use users::Users;

use std::time::Duration;

use streamhouse::acl::Role;
use streamhouse::config::RedisConfig;
use streamhouse::{Config, StreamHouse, StreamSchema, Worker};
use streamhouse_stack::{Namespace, Proxy};

/// A namespace in Redis and a database in ClickHouse that no other test knows.
pub struct Place {
    /// Settings that lead there, with short times.
    pub config: Config,
    /// The name of both.
    pub name: String,
    /// Removed at the end, where that is not the end of the servers too.
    namespace: Namespace,
    /// Users of Redis for houses and workers; the one that may do everything where there are none.
    pub users: Option<Users>,
}

impl Place {
    /// A new place on the stack that the tests of this process share.
    pub fn new() -> Self {
        Self::at(Namespace::new())
    }

    /// A new place on these servers, or on proxies before them.
    pub fn on(redis_url: &str, clickhouse_url: &str) -> Self {
        Self::at(Namespace::at(redis_url, clickhouse_url))
    }

    fn at(namespace: Namespace) -> Self {
        let name = namespace.name().to_string();
        let mut config =
            Config::new(namespace.redis_url(), namespace.clickhouse_url()).expect("the stack's URLs");
        config.redis.prefix = name.clone();
        config.clickhouse.database = name.clone();
        config.worker.lease = Duration::from_secs(2);
        config.worker.batch_interval = Duration::from_millis(50);
        config.producer.send_timeout = Duration::from_secs(10);
        Self { config, name, namespace, users: None }
    }

    /// As [`new`](Self::new), with users that may do only what they need (`streamhouse acl`).
    pub fn restricted() -> Self {
        let mut place = Self::new();
        let users = Users::of(&place.config, place.namespace.redis_url(), &place.name);
        users.create(place.namespace.redis_url());
        place.users = Some(users);
        place
    }

    /// Proxies before both servers, and the settings that lead through them.
    pub fn through_proxies(&self) -> (Proxy, Proxy, Config) {
        let redis = Proxy::before(self.namespace.redis_url()).expect("a proxy");
        let clickhouse = Proxy::before(self.namespace.clickhouse_url()).expect("a proxy");
        let mut config = Config::new(redis.url(), clickhouse.url()).expect("the proxies' URLs");
        config.redis.prefix = self.name.clone();
        config.clickhouse.database = self.name.clone();
        config.worker = self.config.worker.clone();
        config.producer = self.config.producer.clone();
        (redis, clickhouse, config)
    }

    /// A house here.
    pub async fn house(&self) -> StreamHouse {
        StreamHouse::connect(self.config_of(Role::Producer)).await.expect("a house")
    }

    /// A house here, with the table of an event.
    pub async fn house_with<E: StreamSchema>(&self) -> StreamHouse {
        let house = self.house().await;
        house.create_table::<E>().await.expect("a table");
        house
    }

    /// A worker here.
    pub fn worker(&self) -> Worker {
        Worker::new(&self.config_of(Role::Worker)).expect("a worker")
    }

    /// The settings with a user for this role, where there is one.
    pub fn config_of(&self, role: Role) -> Config {
        let mut config = self.config.clone();
        if let Some(users) = &self.users {
            config.redis = RedisConfig::new(users.url(role)).expect("a URL");
            config.redis.prefix = self.config.redis.prefix.clone();
            config.redis.durability = self.config.redis.durability;
        }
        config
    }

    /// Creates the database.
    pub async fn create_database(&self) {
        let create = format!("CREATE DATABASE IF NOT EXISTS {}", self.name);
        self.clickhouse().with_database("default").query(&create).execute().await.expect("a database");
    }

    /// Runs a statement, for each partition where it says so, and waits for what it rewrites.
    pub async fn run(&self, statement: &str) {
        let client = self.clickhouse();
        for statement in each_partition(&client, statement).await {
            let query = client.query(&statement.replace('?', "??"));
            let query = query.with_setting("mutations_sync", "2").with_setting("alter_sync", "2");
            query.execute().await.unwrap_or_else(|error| panic!("{statement}\n{error}"));
        }
    }

    /// The one value that a query gives.
    pub async fn value<T>(&self, query: &str) -> T
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Debug,
    {
        let text = self.text(query).await;
        text.trim().parse().unwrap_or_else(|error| panic!("{query}: {text}: {error:?}"))
    }

    /// What a query gives, tab-separated.
    pub async fn text(&self, query: &str) -> String {
        let mut bytes = self.clickhouse().query(query).fetch_bytes("TabSeparated").expect("a query");
        let bytes = bytes.collect().await.unwrap_or_else(|error| panic!("{query}: {error}"));
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    /// What a query says whose text already names its format; `?` in it is no parameter.
    pub async fn text_raw(&self, query: &str) -> String {
        let (query, format) = query.rsplit_once(" FORMAT ").expect("a format");
        let query = query.replace('?', "??");
        let mut bytes = self.clickhouse().query(&query).fetch_bytes(format).expect("a query");
        let bytes = bytes.collect().await.unwrap_or_else(|error| panic!("{query}: {error}"));
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    /// A client of ClickHouse here.
    pub fn clickhouse(&self) -> clickhouse::Client {
        client(self.namespace.clickhouse_url()).with_database(&self.name)
    }

    /// A connection to Redis.
    pub async fn redis(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.namespace.redis_url()).expect("a URL");
        client.get_multiplexed_async_connection().await.expect("a connection")
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// The program `streamhouse`, with the servers and names of a place in its environment.
pub fn command(place: &Place) -> std::process::Command {
    let program = streamhouse_stack::sibling("streamhouse")
        .expect("the program: run `cargo build -p streamhouse-cli`, or `cargo xtask test`");
    let mut command = std::process::Command::new(program);
    command
        .env("REDIS_URL", place.namespace.redis_url())
        .env("CLICKHOUSE_URL", format!("{}/{}", place.namespace.clickhouse_url(), place.name))
        .env("STREAMHOUSE_PREFIX", &place.name);
    command
}

/// The same, as the worker's user of Redis.
pub fn command_of_worker(place: &Place) -> std::process::Command {
    let mut command = command(place);
    if let Some(users) = &place.users {
        command.env("REDIS_URL", users.url(Role::Worker));
    }
    command
}

/// A client of the server at a URL with user and password.
pub fn client(url: &str) -> clickhouse::Client {
    let (user, rest) = url.trim_start_matches("http://").split_once(':').expect("user and password");
    let (password, host) = rest.split_once('@').expect("user and password");
    clickhouse::Client::default().with_url(format!("http://{host}")).with_user(user).with_password(password)
}
