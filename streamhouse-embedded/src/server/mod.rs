//! The HTTP interface (<https://clickhouse.com/docs/interfaces/http>).
//!
//! `request` reads what a client asks for, `statement` tells inserts from the rest, `run` has the engine do it on a
//! thread that may block, `response` and `error` put the answer as ClickHouse does.

mod body;
mod compressed;
mod error;
mod request;
mod response;
mod run;
mod running;
mod statement;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::ffi::Engine;
use running::Running;

/// Connections at a time; more wait until one is closed.
const MAX_CONNECTIONS: usize = 512;
/// Bytes of a request's head.
const MAX_HEAD: usize = 1 << 20;
/// How long a client may take to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long running requests may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Who may ask.
#[derive(Debug, Clone)]
pub struct Access {
    /// The user's name.
    pub user: String,
    /// The password; anybody may ask where there is none.
    pub password: Option<String>,
}

/// What all requests share.
struct Shared {
    engine: Arc<Engine>,
    access: Access,
    running: Running,
}

/// Serves until `shutdown` is done; then lets running requests end, for ten seconds at most.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    access: Access,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let shared = Arc::new(Shared { engine, access, running: Running::default() });
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accept = async {
            // Closed never: the semaphore lives here.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accept => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: it passes, and spinning would not help.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move { Ok::<_, std::convert::Infallible>(run::answer(&shared, request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

/// The address at which a listener is reached, as a URL.
pub fn url_of(address: SocketAddr) -> String {
    format!("http://{address}")
}
