//! What a client asks for: the parameters of the URL and the headers.

use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use hyper::http::request::Parts;

use super::access::{Access, Credentials};
use super::coding::Coding;
use super::error::QueryError;
use super::session::{self, Ask};

/// Parameters of the URL that are neither settings nor read here.
const IGNORED: &[&str] = &["quota_key", "role", "stacktrace", "client_protocol_version"];

/// A request without its body.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The part of the statement that stands in the URL.
    pub(super) query: String,
    pub(super) database: Option<String>,
    pub(super) format: Option<String>,
    pub(super) query_id: String,
    pub(super) session: Option<Ask>,
    /// The coding of the body.
    pub(super) coding: Option<Coding>,
    /// The body comes in compressed blocks.
    pub(super) decompress: bool,
    /// The answer goes in compressed blocks.
    pub(super) compress: bool,
    /// The coding of the answer.
    pub(super) accepted: Option<Coding>,
    /// The answer waits for the end of the query, so that its status is known.
    pub(super) wait: bool,
    /// How much of an answer is kept in memory before it is sent, in bytes.
    pub(super) buffer: usize,
    pub(super) settings: Vec<(String, String)>,
    /// Values of `{name:Type}`.
    pub(super) parameters: Vec<(String, String)>,
    /// The method forbids changes.
    pub(super) read_only: bool,
}

impl Request {
    /// Reads URL and headers, and checks who asks.
    pub(super) fn read(parts: &Parts, access: &Access) -> Result<Self, QueryError> {
        let method = &parts.method;
        let mut request = Request {
            read_only: method == hyper::Method::GET || method == hyper::Method::HEAD,
            ..Request::default()
        };
        let header =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string);
        let mut given = Credentials::default();
        let (mut session_id, mut session_timeout) = (String::new(), session::DEFAULT_TIMEOUT);
        let (mut check, mut close) = (false, false);
        let pairs =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned();
        let mut http_compression = true;
        for (name, value) in pairs {
            match name.as_str() {
                "query" => request.query = value,
                "database" => request.database = Some(value),
                "default_format" => request.format = Some(value),
                "query_id" => request.query_id = value,
                "user" => given.user = Some(value),
                "password" => given.password = Some(value),
                "decompress" => request.decompress = is_true(&value),
                "compress" => request.compress = is_true(&value),
                "wait_end_of_query" => request.wait = is_true(&value),
                "buffer_size" => request.buffer = number(&name, &value)?,
                "session_id" => session_id = value,
                "session_timeout" => session_timeout = session::timeout(&value)?,
                "session_check" => check = is_true(&value),
                "close_session" => close = is_true(&value),
                _ => match name.strip_prefix("param_") {
                    Some(parameter) => request.parameters.push((parameter.to_string(), value)),
                    None if IGNORED.contains(&name.as_str()) => {}
                    None => {
                        if name == "enable_http_compression" {
                            http_compression = is_true(&value);
                        }
                        request.settings.push((name, value));
                    }
                },
            }
        }
        access.check_user(&parts.headers, given)?;
        request.database =
            request.database.or_else(|| header("x-clickhouse-database")).filter(|name| !name.is_empty());
        request.format = request.format.or_else(|| header("x-clickhouse-format"));
        if request.query_id.is_empty() {
            request.query_id = header("x-clickhouse-query-id").unwrap_or_default();
        }
        if request.query_id.is_empty() {
            request.query_id = uuid::Uuid::new_v4().to_string();
        }
        if !session_id.is_empty() {
            request.session = Some(Ask { id: session_id, timeout: session_timeout, check, close });
        }
        request.coding = Coding::of_body(&header(CONTENT_ENCODING.as_str()).unwrap_or_default())?;
        if http_compression && !request.compress {
            request.accepted = header(ACCEPT_ENCODING.as_str()).and_then(|header| Coding::accepted(&header));
        }
        Ok(request)
    }
}

impl Request {
    /// Takes the fields of a form: the statement, values of parameters, and settings.
    pub(super) fn absorb(&mut self, fields: Vec<(String, String)>) {
        for (name, value) in fields {
            match name.as_str() {
                "query" => self.query += &value,
                "database" => self.database = Some(value),
                "default_format" => self.format = Some(value),
                "query_id" => self.query_id = value,
                _ => match name.strip_prefix("param_") {
                    Some(parameter) => self.parameters.push((parameter.to_string(), value)),
                    None if IGNORED.contains(&name.as_str()) => {}
                    None => self.settings.push((name, value)),
                },
            }
        }
    }
}

fn is_true(value: &str) -> bool {
    value == "1" || value.eq_ignore_ascii_case("true")
}

fn number(name: &str, value: &str) -> Result<usize, QueryError> {
    value.parse().map_err(|_| {
        QueryError::new(
            72,
            "CANNOT_PARSE_NUMBER",
            format!("Cannot parse the parameter {name}: {value:?} is no number"),
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(url: &str) -> Result<Request, QueryError> {
        let (parts, ()) = hyper::Request::get(url).body(()).expect("a request").into_parts();
        Request::read(&parts, &Access { user: "default".into(), password: None, hosts: Vec::new() })
    }

    #[test]
    fn parameters_settings_and_the_rest_are_told_apart() {
        let request = read(
            "/?query=SELECT%201&database=d&param_id=7&max_threads=2&session_id=s&session_timeout=5&wait_end_of_query=1&quota_key=k",
        )
        .expect("a right request");
        assert_eq!(request.query, "SELECT 1");
        assert_eq!(request.database.as_deref(), Some("d"));
        assert_eq!(request.parameters, [("id".to_string(), "7".to_string())]);
        assert_eq!(request.settings, [("max_threads".to_string(), "2".to_string())]);
        assert!(request.wait && request.read_only && !request.query_id.is_empty());
        let session = request.session.expect("a session");
        assert_eq!((session.id.as_str(), session.timeout.as_secs(), session.check), ("s", 5, false));
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        assert_eq!(read("/?session_timeout=x").expect_err("no number").code, 374);
        assert_eq!(read("/?session_timeout=999999").expect_err("too long").code, 374);
        assert_eq!(read("/?buffer_size=-1").expect_err("no number").code, 72);
    }

    proptest! {
        #[test]
        fn no_url_does_harm(query in "[ -~]{0,120}") {
            let url = format!("/?{}", query.replace([' ', '"', '<', '>', '#', '\\', '^', '`', '{', '|', '}'], "+"));
            let Ok(request) = hyper::Request::get(url).body(()) else { return Ok(()) };
            let (parts, ()) = request.into_parts();
            let _ = Request::read(&parts, &Access { user: "default".into(), password: None, hosts: Vec::new() });
        }
    }
}
