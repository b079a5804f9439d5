//! What a client asks for: the parameters of the URL and the headers.

use base64::Engine as _;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;

use super::Access;
use super::error::QueryError;

/// Parameters of the URL that are not settings.
const NOT_SETTINGS: &[&str] = &[
    "query",
    "database",
    "default_format",
    "query_id",
    "user",
    "password",
    "compress",
    "decompress",
    "session_id",
    "session_timeout",
    "session_check",
    "quota_key",
    "role",
    "stacktrace",
    "close_session",
    "client_protocol_version",
    "wait_end_of_query",
    "buffer_size",
    "http_write_exception_in_output_format",
];

/// A request without its body.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The part of the statement that stands in the URL.
    pub(super) query: String,
    pub(super) database: Option<String>,
    pub(super) format: Option<String>,
    pub(super) query_id: String,
    /// The body comes in compressed blocks.
    pub(super) decompress: bool,
    /// The answer goes in compressed blocks.
    pub(super) compress: bool,
    pub(super) settings: Vec<(String, String)>,
    /// Values of `{name:Type}`.
    pub(super) parameters: Vec<(String, String)>,
    /// The method forbids changes.
    pub(super) read_only: bool,
}

impl Request {
    /// Reads URL and headers, and checks who asks.
    pub(super) fn read(parts: &Parts, access: &Access) -> Result<Self, QueryError> {
        let mut request = Request { read_only: parts.method == hyper::Method::GET, ..Request::default() };
        let header =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string);
        let (mut user, mut password) = (header("x-clickhouse-user"), header("x-clickhouse-key"));
        if let Some((name, word)) = basic(parts) {
            (user, password) = (user.or(Some(name)), password.or(Some(word)));
        }
        let pairs =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned();
        for (name, value) in pairs {
            match name.as_str() {
                "query" => request.query = value,
                "database" => request.database = Some(value),
                "default_format" => request.format = Some(value),
                "query_id" => request.query_id = value,
                "user" => user = Some(value),
                "password" => password = Some(value),
                "decompress" => request.decompress = is_true(&value),
                "compress" => request.compress = is_true(&value),
                _ => match name.strip_prefix("param_") {
                    Some(parameter) => request.parameters.push((parameter.to_string(), value)),
                    None if NOT_SETTINGS.contains(&name.as_str()) => {}
                    None => request.settings.push((name, value)),
                },
            }
        }
        request.database = request.database.or_else(|| header("x-clickhouse-database"));
        request.format = request.format.or_else(|| header("x-clickhouse-format"));
        if request.query_id.is_empty() {
            request.query_id =
                header("x-clickhouse-query-id").unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        }
        check_access(access, user.as_deref(), password.as_deref())?;
        Ok(request)
    }
}

fn is_true(value: &str) -> bool {
    value == "1" || value.eq_ignore_ascii_case("true")
}

fn basic(parts: &Parts) -> Option<(String, String)> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_string(), password.to_string()))
}

fn check_access(access: &Access, user: Option<&str>, password: Option<&str>) -> Result<(), QueryError> {
    let Some(expected) = &access.password else { return Ok(()) };
    let user = user.filter(|user| !user.is_empty()).unwrap_or("default");
    // All bytes are compared, so that the time taken does not tell how many are right.
    let given = password.unwrap_or_default().as_bytes();
    let differing = given.iter().zip(expected.as_bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    if user == access.user && given.len() == expected.len() && differing == 0 {
        return Ok(());
    }
    Err(QueryError::new(
        516,
        "AUTHENTICATION_FAILED",
        format!("{user}: Authentication failed: password is incorrect, or there is no user with such name."),
    ))
}
