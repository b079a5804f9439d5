//! One request, from its head to its answer.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::HeaderName;
use hyper::{Method, Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use super::abandon::Watch;
use super::body::{Form, Input};
use super::error::QueryError;
use super::form;
use super::outlet::Outlet;
use super::request::Request;
use super::response::{self, Body};
use super::work::Work;

/// Pieces of a result that may wait for the client.
const PIECES: usize = 4;
/// After how long a query without an answer stands in the log, with how far it has come.
const SLOW: Duration = Duration::from_secs(10);

/// Answers a request.
pub(super) async fn answer(shared: &Arc<Shared>, request: hyper::Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let is_get = matches!(parts.method, Method::GET | Method::HEAD);
    match parts.uri.path() {
        "/ping" | "/replicas_status" if is_get => return response::text(StatusCode::OK, "Ok.\n"),
        "/" if is_get && parts.uri.query().is_none() => return response::text(StatusCode::OK, "Ok.\n"),
        "/" if is_get || parts.method == Method::POST => {}
        path => {
            return response::text(
                StatusCode::NOT_FOUND,
                format!(
                    "There is no handle {path}\n\nUse / or /ping for health checks.\nSend queries from your program with POST method or GET /?query=...\n"
                ),
            );
        }
    }
    let read = shared.access.check_place(&parts.headers).and_then(|()| Request::read(&parts, &shared.access));
    let mut request = match read {
        Ok(request) => request,
        Err(error) => return response::error(shared, &error, ""),
    };
    let body = match form::boundary(&parts.headers) {
        None => Some(body),
        Some(boundary) => match form::read(body, &boundary, shared.limits.patience).await {
            Ok(parts) => {
                request.absorb(parts);
                None
            }
            Err(error) => return response::error(shared, &error, &request.query_id),
        },
    };
    let query_id = request.query_id.clone();
    match begin(shared, request, body).await {
        Ok(response) => response,
        Err(error) => response::error(shared, &error, &query_id),
    }
}

/// Hands the request, and its body where that was not read already, to a thread that may block, and waits until it knows what the answer's head says.
async fn begin(
    shared: &Arc<Shared>,
    request: Request,
    body: Option<Incoming>,
) -> Result<Response<Body>, QueryError> {
    let query_id = request.query_id.clone();
    let Some(running) = shared.running.begin(&query_id) else {
        let message = format!("Query with id = {query_id} is already running.");
        return Err(QueryError::new(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", message));
    };
    let mut watch = Watch::new(shared, running.query());
    let form = Form {
        coding: request.coding,
        blocks: request.decompress,
        most: shared.limits.body,
        patience: shared.limits.patience,
    };
    let input = match body {
        Some(body) => Input::begin(body, form, Arc::clone(running.query())),
        None => Input::none(),
    };
    let query = Arc::clone(running.query());
    let (head_sender, head) = oneshot::channel();
    let (sender, pieces) = mpsc::channel(PIECES);
    let coding = request.accepted;
    let hold = request.wait.then(|| request.buffer.max(1 << 20));
    let tag = uuid::Uuid::new_v4().simple().to_string().split_off(16);
    let outlet = Outlet::new(head_sender, sender, request.compress, coding, hold, tag.clone())?;
    let work = Work::new(Arc::clone(shared), request, input, Arc::clone(running.query()));
    tokio::task::spawn_blocking(move || {
        // The id is in use until the engine is done, and free before the client reads the answer's end.
        work.run(outlet, running);
    });
    let mut head = head;
    let answered = match tokio::time::timeout(SLOW, &mut head).await {
        Ok(answered) => answered,
        Err(_) => {
            tracing::warn!(query_id, stage = query.stage(), "a query has not begun to answer for {SLOW:?}");
            head.await
        }
    };
    match answered {
        Ok(Ok(head)) => {
            let mut response = response::result(shared, &head, &query_id, coding, pieces, watch);
            response::set(&mut response, HeaderName::from_static(Outlet::TAG_HEADER), &tag);
            Ok(response)
        }
        Ok(Err(error)) => {
            watch.done();
            Err(error)
        }
        Err(_) => {
            watch.done();
            Err(QueryError::new(1001, "STD_EXCEPTION", "the query ended without an answer"))
        }
    }
}
