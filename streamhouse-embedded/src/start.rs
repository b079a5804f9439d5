//! Starting and stopping a server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::config;
use crate::ffi::{Engine, EngineError};
use crate::folder::Folder;
use crate::library::{self, LibraryError};
use crate::server::{Access, Limits, Shared, serve, url_of};

/// How long threads that do not end may hold up a stop.
const LEFT_BEHIND: Duration = Duration::from_millis(500);
/// Threads beyond one for each connection: for the server's own questions to the engine.
const SPARE_THREADS: usize = 64;

/// What a server is started with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The folder that holds the data; made where it is missing.
    pub path: PathBuf,
    /// Where to listen; port 0 takes a free one. Loopback by default.
    pub http: SocketAddr,
    /// Listening beyond this machine is meant.
    pub allow_remote: bool,
    /// The user's name.
    pub user: String,
    /// The user's password.
    pub password: Password,
    /// Names, besides those of this machine, under which the server may be reached.
    pub hosts: Vec<String>,
    /// The engine's library; the pinned one is found or fetched where this names none.
    pub library: Option<PathBuf>,
    /// A configuration file for the engine, in XML or YAML, with clusters and macros.
    pub config_file: Option<PathBuf>,
    /// Statements may leave the data folder: table functions and engines such as `file`, `url`, `remote` and `s3`.
    pub allow_external: bool,
    /// What one client may take.
    pub limits: Limits,
}

/// Where the password comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// Made at random at the folder's first start, and kept in `streamhouse/password` within it.
    Random,
    /// This one.
    Given(String),
    /// Anybody who reaches the port may ask.
    None,
}

impl Options {
    /// The defaults: a free port of this machine, a random password, nothing that leaves the folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            user: "default".into(),
            password: Password::Random,
            hosts: Vec::new(),
            library: None,
            config_file: None,
            allow_external: false,
            limits: Limits::default(),
        }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is reached from other machines.
    #[error("{address} is not on this machine alone: allow it with --allow-remote if you mean it")]
    Remote {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("{address} is not free to listen on: {source}; choose another with --http")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has the folder.
    #[error("{path} is in use by another process: stop it, or choose another --path")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder or a file in it cannot be used.
    #[error("{path} cannot be used: {source}")]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The configuration file cannot be read.
    #[error("the configuration file {path} cannot be read: {source}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no library.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The system gives no threads.
    #[error("the system allows no more threads: {0}")]
    Threads(io::Error),
}

/// A server that runs within this process until it is stopped or dropped.
///
/// The engine is one a process, and is not started again after it was stopped: tests of one process share a server. A
/// process that was the home of one should end after [`stop`](Self::stop), and best with
/// [`exit_now`](crate::ffi::exit_now).
#[derive(Debug)]
pub struct Server {
    facts: Facts,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<bool>>,
}

#[derive(Debug, Clone)]
struct Facts {
    address: SocketAddr,
    user: String,
    password: Option<String>,
    password_file: Option<PathBuf>,
    version: String,
}

impl Server {
    /// Starts a server; it answers when this returns. The first start of all fetches the engine's library.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let (ready, started) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("streamhouse-embedded".into())
            .spawn(move || match Running::start(&options) {
                Ok(running) => {
                    let _ = ready.send(Ok(running.facts.clone()));
                    running.serve(&options, stopped)
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                    true
                }
            })
            .map_err(StartError::Threads)?;
        let facts = started.recv().map_err(|_| {
            StartError::Threads(io::Error::other("the server's thread ended before it was ready"))
        })??;
        Ok(Self { facts, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL, without user and password.
    pub fn url(&self) -> String {
        url_of(self.facts.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.facts.address
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        &self.facts.user
    }

    /// The password, where one is needed.
    pub fn password(&self) -> Option<&str> {
        self.facts.password.as_deref()
    }

    /// The file that holds the password, where it was made at random.
    pub fn password_file(&self) -> Option<&Path> {
        self.facts.password_file.as_deref()
    }

    /// The version of ClickHouse.
    pub fn version(&self) -> &str {
        &self.facts.version
    }

    /// Stops: running requests may end, within the grace of the limits. `false` where some were cut off.
    pub fn stop(mut self) -> bool {
        self.end()
    }

    fn end(&mut self) -> bool {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.thread.take().is_none_or(|thread| thread.join().unwrap_or(false))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// A server on its own thread.
struct Running {
    facts: Facts,
    folder: Folder,
    listener: std::net::TcpListener,
    engine: Arc<Engine>,
    keeper: crate::ffi::Connection,
    shared: Arc<Shared>,
    runtime: tokio::runtime::Runtime,
}

impl Running {
    /// What may fail for a reason of the user's comes first: the engine is opened once in a process.
    fn start(options: &Options) -> Result<Self, StartError> {
        let address = options.http;
        if !address.ip().is_loopback() && !options.allow_remote {
            return Err(StartError::Remote { address });
        }
        let folder = Folder::open(&options.path)?;
        let failed = |source| StartError::Listen { address, source };
        let listener = std::net::TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (password, password_file) = match &options.password {
            Password::Random => {
                let (password, file) = folder.password()?;
                (Some(password), Some(file))
            }
            Password::Given(password) => (Some(password.clone()), None),
            Password::None => (None, None),
        };
        let user_file = options.config_file.as_deref();
        if let Some(file) = user_file {
            std::fs::File::open(file)
                .map_err(|source| StartError::Config { path: file.to_path_buf(), source })?;
        }
        let config = config::write(&folder.own, user_file, options.allow_external, options.limits.execution)
            .map_err(|source| StartError::Folder { path: folder.own.clone(), source })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("streamhouse-http")
            .max_blocking_threads(options.limits.connections + SPARE_THREADS)
            .build()
            .map_err(StartError::Threads)?;
        let library = match &options.library {
            Some(library) => library.clone(),
            None => library::ensure()?,
        };
        let arguments = [format!("--config-file={}", config.display())];
        let engine = Arc::new(Engine::open(&library, &folder.path, &arguments)?);
        // Kept open: without any connection the engine would close the data folder between two requests.
        let mut keeper = engine.connect()?;
        let access =
            Access { user: options.user.clone(), password: password.clone(), hosts: options.hosts.clone() };
        let shared = Shared::new(
            Arc::clone(&engine),
            &mut keeper,
            access,
            options.limits.clone(),
            options.allow_external,
            &folder.own,
        )?;
        let facts = Facts {
            address,
            user: options.user.clone(),
            password,
            password_file,
            version: shared.version().to_string(),
        };
        Ok(Self { facts, folder, listener, engine, keeper, shared: Arc::new(shared), runtime })
    }

    /// Serves until it is told to stop. `false` where queries had to be cut off.
    fn serve(self, options: &Options, stop: oneshot::Receiver<()>) -> bool {
        let Self { facts, folder, listener, engine, keeper, shared, runtime } = self;
        tracing::info!(version = facts.version, url = url_of(facts.address), path = %options.path.display(), "ready");
        let clean = runtime.block_on(async {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    let stop = async {
                        // Also where the handle is gone.
                        let _ = stop.await;
                    };
                    serve(shared, listener, stop).await
                }
                Err(error) => {
                    tracing::error!(%error, "the listener cannot be used");
                    false
                }
            }
        });
        // Queries that outlived their grace are left behind; the engine stays up for them until the process ends.
        runtime.shutdown_timeout(LEFT_BEHIND);
        drop(keeper);
        // Its own word is not worth much: where a MergeTree table was made, a thread of the library stays for ever.
        let stopped = engine.shut_down();
        tracing::debug!(stopped, clean, "the engine is shut down");
        drop(folder);
        clean
    }
}
