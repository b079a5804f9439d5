//! Answers in ClickHouse's form.

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;

use super::compressed::compress;
use super::error::QueryError;

/// The body of an answer.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;
/// Pieces of a result, or what ended it before its time.
pub(super) type Pieces = mpsc::Receiver<Result<Bytes, QueryError>>;

/// A short text.
pub(super) fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(full(text.into()));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/plain; charset=UTF-8");
    response
}

/// An error.
pub(super) fn error(error: &QueryError, query_id: &str) -> Response<Body> {
    let mut response = text(error.status(), error.text.clone());
    set(&mut response, HeaderName::from_static("x-clickhouse-exception-code"), &error.code.to_string());
    identify(&mut response, query_id);
    response
}

/// A result of which the first piece is there.
pub(super) fn result(
    first: Option<Bytes>,
    rest: Pieces,
    compressed: bool,
    answer: &Answer,
) -> Response<Body> {
    let body = match first {
        None => full(Bytes::new()),
        Some(first) => stream(first, rest, compressed),
    };
    let mut response = Response::new(body);
    set(&mut response, CONTENT_TYPE, content_type(&answer.format));
    set(&mut response, HeaderName::from_static("x-clickhouse-format"), &answer.format);
    set(&mut response, HeaderName::from_static("x-clickhouse-timezone"), "UTC");
    let [read_rows, read_bytes, written_rows, written_bytes] = answer.progress;
    let summary = format!(
        r#"{{"read_rows":"{read_rows}","read_bytes":"{read_bytes}","written_rows":"{written_rows}","written_bytes":"{written_bytes}","total_rows_to_read":"0","result_rows":"0","result_bytes":"0"}}"#
    );
    set(&mut response, HeaderName::from_static("x-clickhouse-summary"), &summary);
    identify(&mut response, &answer.query_id);
    response
}

/// What the headers of a result say.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) query_id: String,
    pub(super) format: String,
    /// Rows and bytes read, rows and bytes written.
    pub(super) progress: [u64; 4],
}

fn stream(first: Bytes, rest: Pieces, compressed: bool) -> Body {
    let pieces = futures(first, rest, compressed);
    UnsyncBoxBody::new(StreamBody::new(pieces))
}

fn futures(
    first: Bytes,
    rest: Pieces,
    compressed: bool,
) -> impl futures_util::Stream<Item = Result<Frame<Bytes>, std::io::Error>> {
    let pack = move |piece: Bytes| if compressed { Bytes::from(compress(&piece)) } else { piece };
    let state = (Some(Ok(first)), rest, false);
    futures_util::stream::unfold(state, move |(waiting, mut rest, failed)| async move {
        if failed {
            // The client must not take what it has for the whole: the body ends without its end.
            return Some((Err(std::io::Error::other("the query failed")), (None, rest, false)));
        }
        let piece = match waiting {
            Some(piece) => piece,
            None => rest.recv().await?,
        };
        match piece {
            Ok(piece) => Some((Ok(Frame::data(pack(piece))), (None, rest, false))),
            Err(error) => Some((Ok(Frame::data(pack(error.text.into()))), (None, rest, true))),
        }
    })
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn identify(response: &mut Response<Body>, query_id: &str) {
    set(response, HeaderName::from_static("x-clickhouse-query-id"), query_id);
    set(response, HeaderName::from_static("x-clickhouse-server-display-name"), "streamhouse-embedded");
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    // A query id may hold what a header cannot; then it goes without.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn content_type(format: &str) -> &'static str {
    match format {
        "JSON" | "JSONCompact" | "JSONStrings" => "application/json; charset=UTF-8",
        "JSONEachRow" | "JSONCompactEachRow" => "application/x-ndjson; charset=UTF-8",
        "CSV" | "CSVWithNames" => "text/csv; charset=UTF-8; header=absent",
        "TabSeparated" | "TSV" | "TabSeparatedWithNames" => "text/tab-separated-values; charset=UTF-8",
        _ => "application/octet-stream",
    }
}
