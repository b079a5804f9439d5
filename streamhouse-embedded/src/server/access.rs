//! Who may ask: the user and password, and from where a browser's page may reach this server.
//!
//! A page of any site can send requests to a port of the machine that it is shown on. Such a request carries the page's
//! `Origin`, or a `Host` that was made to lead here, or says that it crosses sites.

use base64::Engine as _;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HOST, ORIGIN};

use super::error::QueryError;

/// Who may ask.
#[derive(Debug, Clone)]
pub struct Access {
    /// The user's name.
    pub user: String,
    /// The password; that user may ask without one where there is none.
    pub password: Option<String>,
    /// Names, besides those of this machine and plain addresses, under which the server may be reached.
    pub hosts: Vec<String>,
}

/// What a request says about who asks, each part from where it may come.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

impl Access {
    /// Refuses what comes from a page of another site.
    pub(super) fn check_place(&self, headers: &HeaderMap) -> Result<(), QueryError> {
        let text =
            |name| headers.get(name).map(|value: &hyper::header::HeaderValue| value.to_str().unwrap_or("?"));
        if let Some(host) = text(HOST)
            && !self.knows(host_of(host))
        {
            return Err(refused(format!(
                "the request's Host is {host:?}, which is no name of this server: start it with --allow-host if it is"
            )));
        }
        if let Some(origin) = text(ORIGIN) {
            let host = origin.split_once("://").map(|(_, rest)| host_of(rest));
            if !host.is_some_and(|host| self.is_ours(host)) {
                return Err(refused(format!("the request comes from a page of {origin:?}")));
            }
        }
        if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Err(refused("the request comes from a page of another site".into()));
        }
        Ok(())
    }

    /// An address is no name that somebody could have made to lead here.
    fn knows(&self, host: &str) -> bool {
        self.is_ours(host) || address(host).is_some()
    }

    fn is_ours(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case("localhost")
            || host.to_ascii_lowercase().ends_with(".localhost")
            || address(host).is_some_and(|address| address.is_loopback())
            || self.hosts.iter().any(|name| name.eq_ignore_ascii_case(host))
    }

    /// Checks user and password; the parameters of the URL are `given`.
    pub(super) fn check_user(&self, headers: &HeaderMap, given: Credentials) -> Result<(), QueryError> {
        let header = |name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (user, password) = (header("x-clickhouse-user"), header("x-clickhouse-key"));
        let by_header = user.is_some() || password.is_some();
        let by_url = given.user.is_some() || given.password.is_some();
        let basic = basic(headers)?;
        if (by_header && (by_url || basic.is_some())) || (by_url && basic.is_some()) {
            return Err(failed(
                "Invalid authentication: it is not allowed to use several ways of authentication at once: headers, Authorization, parameters",
            ));
        }
        let (user, password) = match basic {
            Some((user, password)) => (Some(user), Some(password)),
            None if by_header => (user, password),
            None => (given.user, given.password),
        };
        let user = user.filter(|user| !user.is_empty()).unwrap_or_else(|| "default".into());
        let right = match &self.password {
            None => true,
            Some(expected) => same(password.unwrap_or_default().as_bytes(), expected.as_bytes()),
        };
        if user == self.user && right {
            return Ok(());
        }
        Err(failed(&format!(
            "{user}: Authentication failed: password is incorrect, or there is no user with such name."
        )))
    }
}

/// All bytes are compared, so that the time taken does not tell how many are right.
fn same(given: &[u8], expected: &[u8]) -> bool {
    let differing = given.iter().zip(expected).fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == expected.len() && differing == 0
}

fn refused(message: String) -> QueryError {
    QueryError::new(497, "ACCESS_DENIED", message)
}

fn failed(message: &str) -> QueryError {
    QueryError::new(516, "AUTHENTICATION_FAILED", message)
}

/// Without port and brackets.
fn host_of(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

fn address(host: &str) -> Option<std::net::IpAddr> {
    host.parse().ok()
}

fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, QueryError> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (user, password) = text.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| (user.to_string(), password.to_string()))
    };
    match read() {
        Some(pair) => Ok(Some(pair)),
        None => Err(failed("Invalid authentication: only 'Basic' HTTP Authorization scheme is supported")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn access() -> Access {
        Access { user: "default".into(), password: Some("right".into()), hosts: vec!["house.example".into()] }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
            .collect()
    }

    #[test]
    fn only_this_machines_names_and_pages_may_come() {
        for (pairs, may) in [
            (&[("host", "localhost:8123")][..], true),
            (&[("host", "127.0.0.1")], true),
            (&[("host", "[::1]:8123")], true),
            (&[("host", "192.168.1.7:8123")], true),
            (&[("host", "House.Example:1")], true),
            (&[("host", "evil.example")], false),
            (&[("host", "localhost.evil.example")], false),
            (&[("host", "127.0.0.1.evil.example")], false),
            (&[("origin", "http://localhost:3000")], true),
            (&[("origin", "https://house.example")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "http://192.168.1.7")], false),
            (&[("origin", "null")], false),
            (&[("host", "localhost"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "localhost"), ("sec-fetch-site", "same-origin")], true),
        ] {
            assert_eq!(access().check_place(&headers(pairs)).is_ok(), may, "{pairs:?}");
        }
    }

    #[test]
    fn one_way_to_say_who_asks() {
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("default:right"));
        let url = |user: &str, password: &str| Credentials {
            user: Some(user.into()),
            password: Some(password.into()),
        };
        let check =
            |pairs: &[(&'static str, &str)], given| access().check_user(&headers(pairs), given).is_ok();
        assert!(check(&[("authorization", &basic)], Credentials::default()));
        assert!(check(
            &[("x-clickhouse-user", "default"), ("x-clickhouse-key", "right")],
            Credentials::default()
        ));
        assert!(check(&[("x-clickhouse-key", "right")], Credentials::default()));
        assert!(check(&[], url("default", "right")));
        assert!(!check(&[], url("default", "righ")));
        assert!(!check(&[], url("other", "right")));
        assert!(!check(&[], Credentials::default()));
        assert!(!check(&[("authorization", &basic)], url("default", "right")));
        assert!(!check(&[("authorization", "Bearer x")], Credentials::default()));
        let open = Access { password: None, ..access() };
        assert!(open.check_user(&headers(&[]), Credentials::default()).is_ok());
        assert!(open.check_user(&headers(&[]), url("other", "")).is_err());
    }

    proptest! {
        #[test]
        fn no_header_does_harm(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            let Ok(value) = hyper::header::HeaderValue::from_bytes(&value) else { return Ok(()) };
            for name in ["host", "origin", "authorization", "x-clickhouse-user", "x-clickhouse-key"] {
                let mut headers = HeaderMap::new();
                headers.insert(name, value.clone());
                let _ = access().check_place(&headers);
                let _ = access().check_user(&headers, Credentials::default());
            }
        }
    }
}
