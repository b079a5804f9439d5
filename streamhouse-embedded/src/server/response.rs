//! Answers in ClickHouse's form.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;

use super::Shared;
use super::abandon::Watch;
use super::coding::Coding;
use super::error::QueryError;
use crate::ffi::Progress;

/// The body of an answer.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// How long the last bytes of an answer that fails have to reach the socket, and to pass through the client's decoder: some
/// clients drop what they have not decoded once the connection breaks.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A piece of a result.
#[derive(Debug)]
pub(super) enum Piece {
    Data(Bytes),
    /// All of it was sent.
    End,
}

/// What the headers of a result say.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) format: String,
    pub(super) progress: Progress,
}

/// A short text.
pub(super) fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(full(text.into()));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/plain; charset=UTF-8");
    response
}

/// An error.
pub(super) fn error(shared: &Shared, error: &QueryError, query_id: &str) -> Response<Body> {
    let mut response = text(error.status(), error.render(&shared.version));
    set(&mut response, HeaderName::from_static("x-clickhouse-exception-code"), &error.code.to_string());
    identify(&mut response, shared, query_id);
    if error.code == 229 {
        // What is left of the body is not read.
        set(&mut response, CONNECTION, "close");
    }
    response
}

/// A result, of which the pieces come while the query runs.
pub(super) fn result(
    shared: &Shared,
    head: &Head,
    query_id: &str,
    coding: Option<Coding>,
    pieces: mpsc::Receiver<Piece>,
    watch: Watch,
) -> Response<Body> {
    let stream =
        futures_util::stream::unfold((pieces, watch, false), async |(mut pieces, mut watch, failed)| {
            if failed {
                return None;
            }
            match pieces.recv().await {
                Some(Piece::Data(data)) => Some((Ok(Frame::data(data)), (pieces, watch, false))),
                Some(Piece::End) => {
                    watch.done();
                    None
                }
                // The client must not take what it has for the whole: the body ends without its end.
                None => {
                    watch.done();
                    // What is not written when a body fails is thrown away, and the error's text is the last of it.
                    tokio::time::sleep(LAST_WORDS).await;
                    Some((Err(std::io::Error::other("the query failed")), (pieces, watch, true)))
                }
            }
        });
    let mut response = Response::new(UnsyncBoxBody::new(StreamBody::new(stream)));
    let content_type = shared.content_types.get(&head.format.to_ascii_lowercase());
    set(&mut response, CONTENT_TYPE, content_type.map_or("text/plain; charset=UTF-8", String::as_str));
    if let Some(coding) = coding {
        set(&mut response, CONTENT_ENCODING, coding.name());
    }
    set(&mut response, HeaderName::from_static("x-clickhouse-format"), &head.format);
    set(&mut response, HeaderName::from_static("x-clickhouse-timezone"), &shared.timezone);
    let Progress { read_rows, read_bytes, written_rows, written_bytes, result_rows, result_bytes } =
        head.progress;
    let summary = format!(
        r#"{{"read_rows":"{read_rows}","read_bytes":"{read_bytes}","written_rows":"{written_rows}","written_bytes":"{written_bytes}","total_rows_to_read":"0","result_rows":"{result_rows}","result_bytes":"{result_bytes}"}}"#
    );
    set(&mut response, HeaderName::from_static("x-clickhouse-summary"), &summary);
    identify(&mut response, shared, query_id);
    response
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn identify(response: &mut Response<Body>, shared: &Shared, query_id: &str) {
    set(response, HeaderName::from_static("x-clickhouse-query-id"), query_id);
    set(response, HeaderName::from_static("x-clickhouse-server-display-name"), &shared.display_name);
}

/// Sets a header.
pub(super) fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    // A query id may hold what a header cannot; then it goes without.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
