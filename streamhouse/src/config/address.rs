//! Where the servers are. Passwords are never printed.

use std::fmt;

use url::Url;

use super::Durability;
use crate::error::Error;

/// How Redis is reached.
#[derive(Clone)]
pub struct RedisConfig {
    pub(crate) url: Url,
    /// What all keys begin with; `sh` unless it is changed. Houses with different prefixes share a Redis without
    /// knowing of each other.
    pub prefix: String,
    /// When Redis counts as having something.
    pub durability: Durability,
}

impl RedisConfig {
    /// Redis at `redis://user:password@host:port/database`.
    pub fn new(url: &str) -> Result<Self, Error> {
        let url = parse("redis.url (REDIS_URL)", url, &["redis", "unix"])?;
        Ok(Self { url, prefix: "sh".into(), durability: Durability::default() })
    }
}

impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("url", &without_password(&self.url))
            .field("prefix", &self.prefix)
            .field("durability", &self.durability)
            .finish()
    }
}

/// How ClickHouse is reached.
#[derive(Clone)]
pub struct ClickHouseConfig {
    pub(crate) endpoint: Url,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// The database that holds the tables; `default` unless the URL or the code says otherwise.
    pub database: String,
    /// Whether what is sent is compressed with LZ4: spares the network, costs time of the worker.
    pub compress: bool,
}

impl ClickHouseConfig {
    /// ClickHouse's HTTP interface at `http://user:password@host:port/database`.
    pub fn new(url: &str) -> Result<Self, Error> {
        let mut endpoint = parse("clickhouse.url (CLICKHOUSE_URL)", url, &["http"])?;
        if endpoint.query().is_some() {
            // It may hold a password too, and would be printed.
            return Err(Error::Configuration {
                setting: "clickhouse.url (CLICKHOUSE_URL)",
                message: "has a query: user and password stand before the host, http://user:password@host:port/database"
                    .into(),
            });
        }
        let decode = |text: &str| {
            // A password with `%` or `@` in it stands percent-encoded in a URL.
            url::form_urlencoded::parse(format!("v={}", text.replace('+', "%2B")).as_bytes())
                .next()
                .map(|(_, value)| value.into_owned())
        };
        let user = Some(endpoint.username()).filter(|user| !user.is_empty()).and_then(decode);
        let password = endpoint.password().and_then(decode);
        let database = decode(endpoint.path().trim_matches('/')).filter(|name| !name.is_empty());
        // What was taken out of the URL must not be sent twice, and a URL without a host has nothing to take out.
        let _ = endpoint.set_username("");
        let _ = endpoint.set_password(None);
        endpoint.set_path("/");
        Ok(Self {
            endpoint,
            user,
            password,
            database: database.unwrap_or_else(|| "default".into()),
            compress: false,
        })
    }

    /// A client of the crate `clickhouse` with these settings.
    pub(crate) fn client(&self) -> clickhouse::Client {
        let compression =
            if self.compress { clickhouse::Compression::Lz4 } else { clickhouse::Compression::None };
        let mut client = clickhouse::Client::default()
            .with_url(self.endpoint.as_str())
            .with_database(&self.database)
            .with_compression(compression)
            .with_product_info("streamhouse", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &self.user {
            client = client.with_user(user);
        }
        if let Some(password) = &self.password {
            client = client.with_password(password);
        }
        client
    }
}

impl fmt::Debug for ClickHouseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickHouseConfig")
            .field("endpoint", &self.endpoint.as_str())
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("database", &self.database)
            .field("compress", &self.compress)
            .finish()
    }
}

fn parse(setting: &'static str, text: &str, schemes: &[&str]) -> Result<Url, Error> {
    let form = format!("{}://user:password@host:port/database", schemes[0]);
    // The text may hold a password, so it does not go into the message.
    let wrong = |message: String| Error::Configuration { setting, message };
    // `localhost:6379` is read as a scheme and a path.
    let bare = !text.contains("://") && text.contains(':');
    let url = match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) => return Ok(url),
        other => other,
    };
    Err(wrong(match url {
        _ if bare => format!("has no scheme: put `{}://` before it, as in {form}", schemes[0]),
        Ok(url) => format!("has the scheme `{}`; this version knows: {}", url.scheme(), schemes.join(", ")),
        Err(error) => format!("is not a URL ({error}); write {form}"),
    }))
}

fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        let _ = url.set_password(Some("…"));
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_is_taken_apart_and_passwords_stay_hidden() {
        let config = ClickHouseConfig::new("http://ann:p%40ss+%25@db.example:8124/shop").expect("a URL");
        assert_eq!(config.endpoint.as_str(), "http://db.example:8124/");
        assert_eq!((config.user.as_deref(), config.password.as_deref()), (Some("ann"), Some("p@ss+%")));
        assert_eq!(config.database, "shop");
        let redis = RedisConfig::new("redis://:s3cret@localhost:6380/1").expect("a URL");
        for printed in [format!("{config:?}"), format!("{redis:?}")] {
            assert!(!printed.contains("p@ss") && !printed.contains("s3cret"), "{printed}");
        }
    }

    #[test]
    fn unusable_urls_are_named() {
        let error = ClickHouseConfig::new("db:s3cret").expect_err("no http").to_string();
        assert!(error.contains("clickhouse.url") && !error.contains("s3cret"), "{error}");
        let error = ClickHouseConfig::new("http://db/?password=s3cret").expect_err("a query").to_string();
        assert!(error.contains("before the host") && !error.contains("s3cret"), "{error}");
        let error = RedisConfig::new("http://localhost").expect_err("no redis").to_string();
        assert!(error.contains("has the scheme `http`"), "{error}");
        for bare in ["localhost:6379", "127.0.0.1:6379", "ann:s3cret@db:6379"] {
            let error = RedisConfig::new(bare).expect_err(bare).to_string();
            assert!(error.contains("REDIS_URL") && error.contains("put `redis://` before it"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
