//! One request, from its head to its answer. The engine works on a thread that may block.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use hyper::body::Incoming;
use hyper::{Method, Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use super::body::Input;
use super::error::QueryError;
use super::request::Request;
use super::response::{self, Answer, Body};
use super::statement::{self, Statement};
use crate::ffi::{Connection, EngineError};

/// How much of a body is read to find out what kind of statement it begins with; ClickHouse's `max_query_size`.
const MAX_STATEMENT: usize = 256 << 10;
/// The longest statement without data.
const MAX_WHOLE_STATEMENT: usize = 64 << 20;
/// Pieces of a result that may wait for the client.
const PIECES: usize = 4;

type First = Result<(Option<Bytes>, [u64; 4]), QueryError>;
type Rest = mpsc::Sender<Result<Bytes, QueryError>>;

/// Answers a request.
pub(super) async fn answer(shared: &Arc<Shared>, request: hyper::Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match (parts.method.clone(), parts.uri.path()) {
        (Method::GET, "/ping" | "/replicas_status") => return response::text(StatusCode::OK, "Ok.\n"),
        (Method::GET, "/") if parts.uri.query().is_none() => return response::text(StatusCode::OK, "Ok.\n"),
        (Method::GET | Method::POST, "/") => {}
        (_, path) => {
            return response::text(
                StatusCode::NOT_FOUND,
                format!(
                    "There is no handle {path}\n\nUse / or /ping for health checks.\nSend queries from your program with POST method or GET /?query=...\n"
                ),
            );
        }
    }
    let request = match Request::read(&parts, &shared.access) {
        Ok(request) => request,
        Err(error) => return response::error(&error, ""),
    };
    let query_id = request.query_id.clone();
    let Some(running) = shared.running.begin(&query_id) else {
        let message = format!("Query with id = {query_id} is already running.");
        return response::error(
            &QueryError::new(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", message),
            &query_id,
        );
    };

    let format = request.format.clone().unwrap_or_else(|| "TabSeparated".into());
    let compressed = request.compress;
    let input = Input::begin(body, request.decompress);
    let (first_sender, first) = oneshot::channel();
    let (rest_sender, rest) = mpsc::channel(PIECES);
    let work = Work { shared: Arc::clone(shared), request, format: format.clone(), input };
    tokio::task::spawn_blocking(move || {
        work.run(first_sender, &rest_sender);
        drop(running);
    });
    match first.await {
        Ok(Ok((first, progress))) => {
            response::result(first, rest, compressed, &Answer { query_id, format, progress })
        }
        Ok(Err(error)) => response::error(&error, &query_id),
        Err(_) => response::error(
            &QueryError::new(1001, "STD_EXCEPTION", "the query ended without an answer"),
            &query_id,
        ),
    }
}

struct Work {
    shared: Arc<Shared>,
    request: Request,
    format: String,
    input: Input,
}

impl Work {
    fn run(mut self, first: oneshot::Sender<First>, rest: &Rest) {
        let mut first = Some(first);
        if let Err(error) = self.attempt(&mut first, rest) {
            match first.take() {
                Some(first) => drop(first.send(Err(error))),
                None => drop(rest.blocking_send(Err(error))),
            }
        }
    }

    fn attempt(&mut self, first: &mut Option<oneshot::Sender<First>>, rest: &Rest) -> Result<(), QueryError> {
        let mut text = BytesMut::from(self.request.query.as_bytes());
        if text.is_empty() {
            while text.len() < MAX_STATEMENT {
                let Some(piece) = self.input.next()? else { break };
                text.extend_from_slice(&piece);
            }
        }
        let statement = statement::sort(&text);
        let mut connection = self.connect()?;
        match statement {
            Statement::Insert { head, format, data } => {
                let data = text.split_off(data.min(text.len())).freeze();
                let head = utf8(&text[..head])?;
                let progress = self.insert(&mut connection, head, &format, data)?;
                if let Some(first) = first.take() {
                    let _ = first.send(Ok((None, progress)));
                }
                Ok(())
            }
            Statement::Select | Statement::Other => {
                while let Some(piece) = self.input.next()? {
                    text.extend_from_slice(&piece);
                    if text.len() > MAX_WHOLE_STATEMENT {
                        return Err(QueryError::new(62, "SYNTAX_ERROR", "Max query size exceeded"));
                    }
                }
                let text = utf8(&text)?;
                if statement == Statement::Select {
                    return self.select(&mut connection, text, first, rest);
                }
                let output =
                    connection.query(text, &self.format, &self.request.parameters).map_err(engine_error)?;
                let progress = output.progress();
                let piece = (!output.bytes().is_empty()).then(|| Bytes::from_owner(output));
                if let Some(first) = first.take() {
                    let _ = first.send(Ok((piece, progress)));
                }
                Ok(())
            }
        }
    }

    /// A connection with the request's database and settings. It is new, so nothing of an earlier request is left in
    /// its session, and nothing of this one will be.
    fn connect(&self) -> Result<Connection, QueryError> {
        let mut connection = self.shared.engine.connect().map_err(engine_error)?;
        if let Some(database) = &self.request.database {
            connection.query(&format!("USE {}", quoted_name(database)), "Null", &[]).map_err(engine_error)?;
        }
        let mut settings: Vec<String> = self
            .request
            .settings
            .iter()
            .map(|(name, value)| format!("{} = {}", quoted_name(name), quoted(value)))
            .collect();
        if self.request.read_only {
            settings.push("readonly = 2".into());
        }
        if !settings.is_empty() {
            connection.query(&format!("SET {}", settings.join(", ")), "Null", &[]).map_err(engine_error)?;
        }
        Ok(connection)
    }

    fn insert(
        &mut self,
        connection: &mut Connection,
        head: &str,
        format: &str,
        data: Bytes,
    ) -> Result<[u64; 4], QueryError> {
        let mut insert = connection.insert(head, format).map_err(engine_error)?;
        let mut next = Some(data);
        loop {
            match next {
                Some(data) if data.is_empty() => {}
                Some(data) => insert.append(&data).map_err(engine_error)?,
                None => break,
            }
            next = match self.input.next() {
                Ok(next) => next,
                Err(error) => {
                    insert.cancel();
                    return Err(error);
                }
            };
        }
        insert.finish().map(|output| output.progress()).map_err(engine_error)
    }

    fn select(
        &self,
        connection: &mut Connection,
        text: &str,
        first: &mut Option<oneshot::Sender<First>>,
        rest: &Rest,
    ) -> Result<(), QueryError> {
        let mut stream =
            connection.stream(text, &self.format, &self.request.parameters).map_err(engine_error)?;
        loop {
            let piece = stream.fetch().map_err(engine_error)?;
            let progress = piece.as_ref().map_or([0; 4], |piece| piece.progress());
            // The piece's buffer is the response's: it is not copied.
            let piece = piece.map(Bytes::from_owner);
            let ended = piece.is_none();
            match (first.take(), piece) {
                (Some(first), piece) => drop(first.send(Ok((piece, progress)))),
                (None, Some(piece)) => {
                    if rest.blocking_send(Ok(piece)).is_err() {
                        // The client went away; dropping the stream cancels the query.
                        return Ok(());
                    }
                }
                (None, None) => {}
            }
            if ended {
                return Ok(());
            }
        }
    }
}

fn engine_error(error: EngineError) -> QueryError {
    QueryError::from_engine(&error.to_string())
}

fn utf8(text: &[u8]) -> Result<&str, QueryError> {
    std::str::from_utf8(text)
        .map_err(|_| QueryError::new(62, "SYNTAX_ERROR", "Syntax error: the statement is not UTF-8"))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn quoted_name(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
