//! The program `streamhouse-embedded`.

use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use rustix::fs::{FlockOperation, flock};
use streamhouse_embedded::ffi::{Engine, exit_now};
use streamhouse_embedded::library;
use streamhouse_embedded::server::{Access, serve, url_of};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// A ClickHouse server in one process.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// The folder that holds the data; made where it is missing
    #[arg(long)]
    path: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    http: SocketAddr,
    /// The engine's library, libchdb.so; without it, the pinned one is found or fetched
    #[arg(long)]
    library: Option<PathBuf>,
    /// The user's name
    #[arg(long, default_value = "default")]
    user: String,
    /// The password; without one, anybody on this machine may ask
    #[arg(long, env = "CLICKHOUSE_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// A configuration file for the engine, with clusters and macros
    #[arg(long)]
    config_file: Option<PathBuf>,
    /// Listen beyond this machine
    #[arg(long)]
    allow_remote: bool,
}

fn main() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    if let Err(message) = run(Arguments::parse()) {
        eprintln!("streamhouse-embedded: {message}");
        exit_now(1);
    }
    exit_now(0);
}

fn run(arguments: Arguments) -> Result<(), String> {
    if !arguments.http.ip().is_loopback() && !arguments.allow_remote {
        return Err(format!(
            "{} is not on this machine alone: add --allow-remote if you mean it",
            arguments.http
        ));
    }
    let _lock = lock(&arguments.path)?;
    let library = match &arguments.library {
        Some(library) => library.clone(),
        None => library::ensure().map_err(|error| error.to_string())?,
    };
    let data = fs::canonicalize(&arguments.path)
        .map_err(|error| format!("{}: {error}", arguments.path.display()))?;
    let options: Vec<String> =
        arguments.config_file.iter().map(|file| format!("--config-file={}", file.display())).collect();
    let engine = Arc::new(Engine::open(&library, &data, &options).map_err(|error| error.to_string())?);
    // Kept open: without any connection the engine would close the data folder between two requests.
    let keeper = engine.connect().map_err(|error| error.to_string())?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the system allows no threads: {error}"))?;
    let served = runtime.block_on(listen(&arguments, Arc::clone(&engine)));
    // Queries that outlived their grace are left behind; the engine stays up for them until the process ends.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    drop(keeper);
    if !engine.shut_down() {
        tracing::warn!("queries were still running; they are cut off");
    }
    served
}

async fn listen(arguments: &Arguments, engine: Arc<Engine>) -> Result<(), String> {
    let listener = TcpListener::bind(arguments.http).await.map_err(|error| {
        format!("{} is not free to listen on: {error}; choose another with --http", arguments.http)
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    tracing::info!(version = engine.version(), url = url_of(address), "ready");
    println!("listening on {}", url_of(address));
    // Whoever started this reads the line through a pipe.
    let _ = std::io::stdout().flush();
    let access = Access { user: arguments.user.clone(), password: arguments.password.clone() };
    let shutdown = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    serve(engine, listener, access, shutdown).await.map_err(|error| error.to_string())
}

/// Two engines over one folder would destroy it.
fn lock(path: &Path) -> Result<File, String> {
    let failed = |error: std::io::Error| format!("{} cannot be used: {error}", path.display());
    fs::create_dir_all(path).map_err(failed)?;
    let file = File::create(path.join("streamhouse-embedded.lock")).map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(format!(
            "{} is in use by another streamhouse-embedded: stop it, or choose another --path",
            path.display()
        )),
        Err(error) => Err(failed(error.into())),
    }
}
