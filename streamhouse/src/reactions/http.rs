//! States of HTTP, where ClickHouse or what stands before it answers without a code of ClickHouse.

use super::{Reaction, Row};
use Reaction::{Retry, Stop, Wait};

/// States that say what is right to do. Any other stops the event.
pub const HTTP: &[Row<u16>] = &[
    row(401, "Unauthorized", Stop, "something before ClickHouse wants a password: CLICKHOUSE_URL"),
    row(403, "Forbidden", Stop, "something before ClickHouse lets nobody through"),
    row(404, "Not Found", Stop, "CLICKHOUSE_URL leads to something else than ClickHouse"),
    row(408, "Request Timeout", Retry, "the way was too slow"),
    row(
        413,
        "Payload Too Large",
        Stop,
        "something before ClickHouse takes smaller requests only: lower `worker.batch_bytes`",
    ),
    row(429, "Too Many Requests", Retry, "something before ClickHouse slows down"),
    row(502, "Bad Gateway", Wait, "what stands before ClickHouse does not reach it"),
    row(503, "Service Unavailable", Wait, "what stands before ClickHouse does not reach it"),
    row(504, "Gateway Time", Wait, "what stands before ClickHouse has no answer in time"),
];

const fn row(code: u16, name: &'static str, reaction: Reaction, why: &'static str) -> Row<u16> {
    Row { code, name, reaction, why }
}

/// What is right after an answer of this text, if it is that of a known state: `502`, `502 Bad Gateway`, or a page that says so.
pub(crate) fn to_http(text: &str) -> Option<Reaction> {
    let found = HTTP.iter().find(|row| {
        let code = row.code.to_string();
        let begins =
            text.strip_prefix(&code).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
        begins || text.contains(row.name)
    });
    found.map(|row| row.reaction)
}
