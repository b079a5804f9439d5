//! The HTTP interface (<https://clickhouse.com/docs/interfaces/http>).
//!
//! | | |
//! | --- | --- |
//! | `run` | a request, from head to answer |
//! | `request`, `form`, `access` | what a client asks for, and whether it may |
//! | `body`, `coding`, `compressed` | the data that it sends, decoded |
//! | `statement`, `words`, `guard` | what kind of statement it is, and what it may not do |
//! | `work`, `insert`, `kill` | its way through the engine, on a thread that may block |
//! | `lease`, `session`, `running`, `abandon` | connections, sessions, query ids, clients that went away |
//! | `outlet`, `pipe`, `response`, `error` | the answer, as ClickHouse gives it |

mod abandon;
mod access;
mod body;
mod coding;
mod compressed;
mod error;
mod form;
mod guard;
mod insert;
mod kill;
mod lease;
mod lz4_frames;
mod outlet;
mod patience;
mod pipe;
mod quote;
mod request;
mod response;
mod run;
mod running;
mod session;
mod statement;
mod words;
mod work;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use access::Access;
#[doc(hidden)]
pub use compressed::hostile;

use crate::ffi::{Connection, Engine, EngineError};
use error::QueryError;
use patience::Patient;
use running::Running;
use session::Sessions;

/// How often sessions are looked through for those whose time is over.
const SWEEP: Duration = Duration::from_secs(1);
/// How long queries may take to end once they are cut off.
const CUT_OFF: Duration = Duration::from_secs(3);

/// What one client may take.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body, as they come.
    pub body: u64,
    /// Bytes of a request's head.
    pub head: usize,
    /// Connections at a time; more wait until one is closed.
    pub connections: usize,
    /// How long a client may send or take nothing in the middle of a request.
    pub patience: Duration,
    /// How long running requests may go on after the server was told to stop.
    pub grace: Duration,
    /// How long a query may run where it does not set `max_execution_time` itself; zero is without end.
    pub execution: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 << 30,
            head: 1 << 20,
            connections: 512,
            patience: Duration::from_secs(30),
            grace: Duration::from_secs(10),
            execution: Duration::from_secs(3600),
        }
    }
}

/// What all requests share.
pub(crate) struct Shared {
    engine: Arc<Engine>,
    access: Access,
    limits: Limits,
    /// Whether statements may leave the data folder.
    external: bool,
    /// Where pipes are made.
    folder: PathBuf,
    running: Running,
    sessions: Arc<Sessions>,
    version: String,
    timezone: String,
    display_name: String,
    /// The content type of each format, by its name in small letters.
    content_types: HashMap<String, String>,
    /// The engines of tables and databases that there are.
    table_engines: HashSet<String>,
    database_engines: HashSet<String>,
}

impl Shared {
    /// The version of ClickHouse.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Whether there is an engine of this name, for tables or databases.
    fn has_engine(&self, name: &str) -> bool {
        self.table_engines.contains(name) || self.database_engines.contains(name)
    }

    /// An engine that does not exist is not granted either; ClickHouse says the former.
    fn refine(&self, error: QueryError, text: &str) -> QueryError {
        let Some(engine) = error.missing_engine() else { return error };
        if self.has_engine(engine) {
            return error;
        }
        if statement::makes_a_database(text.as_bytes()) {
            return QueryError::new(
                336,
                "UNKNOWN_DATABASE_ENGINE",
                format!("Unknown database engine: {engine}"),
            );
        }
        QueryError::new(56, "UNKNOWN_STORAGE", format!("Unknown table engine {engine}"))
    }

    /// Asks the engine what does not change while it runs.
    pub(crate) fn new(
        engine: Arc<Engine>,
        connection: &mut Connection,
        access: Access,
        limits: Limits,
        external: bool,
        folder: &Path,
    ) -> Result<Self, EngineError> {
        let formats = quote::pairs_of(connection, "SELECT lower(name), content_type FROM system.formats")?;
        let engines = quote::pairs_of(
            connection,
            "SELECT name, 'table' FROM system.table_engines UNION ALL SELECT name, 'database' FROM system.database_engines",
        )?;
        let of = |kind: &str| {
            engines
                .iter()
                .filter(|(_, of)| of == kind)
                .map(|(name, _)| name.clone())
                .collect::<HashSet<String>>()
        };
        Ok(Self {
            table_engines: of("table"),
            database_engines: of("database"),
            version: quote::text_of(connection, "SELECT version()", &[])?,
            timezone: quote::text_of(connection, "SELECT serverTimezone()", &[])?,
            display_name: "streamhouse-embedded".into(),
            content_types: formats.into_iter().collect(),
            running: Running::default(),
            sessions: Arc::new(Sessions::default()),
            engine,
            access,
            limits,
            external,
            folder: folder.to_path_buf(),
        })
    }
}

/// Serves until `shutdown` is done; then lets running requests end, for a while. `false` where some were cut off.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> bool {
    let limits = shared.limits.clone();
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let sweeper = tokio::spawn(sweep(Arc::clone(&shared.sessions)));
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
        let requests = Arc::clone(&shared);
        let service = service_fn(move |request| {
            let shared = Arc::clone(&requests);
            async move { Ok::<_, std::convert::Infallible>(run::answer(&shared, request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.patience)
            .max_buf_size(limits.head)
            .serve_connection(TokioIo::new(Patient::new(stream, limits.patience)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    let clean = tokio::time::timeout(limits.grace, graceful.shutdown()).await.is_ok();
    if !clean {
        tracing::warn!(queries = shared.running.count(), "what still runs is cut off");
        cut_off(&shared).await;
    }
    sweeper.abort();
    shared.sessions.clear();
    clean
}

/// Ends what runs, so that the engine can close its tables.
async fn cut_off(shared: &Arc<Shared>) {
    let deadline = tokio::time::Instant::now() + CUT_OFF;
    shared.running.cancel_all();
    while shared.running.count() > 0 && tokio::time::Instant::now() < deadline {
        let engine = Arc::clone(&shared.engine);
        let _ = tokio::task::spawn_blocking(move || kill::all(&engine)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn sweep(sessions: Arc<Sessions>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let sessions = Arc::clone(&sessions);
        // Closing a connection may take its time.
        let _ = tokio::task::spawn_blocking(move || sessions.expire()).await;
    }
}

/// The address at which a listener is reached, as a URL.
pub fn url_of(address: SocketAddr) -> String {
    format!("http://{address}")
}
