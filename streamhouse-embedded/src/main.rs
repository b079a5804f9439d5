//! The program `streamhouse-embedded`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use streamhouse_embedded::ffi::exit_now;
use streamhouse_embedded::{Options, Password, Server, stand_nowhere};
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
    /// The password; without one, a random one is made and kept in PATH/streamhouse/password
    #[arg(long, env = "CLICKHOUSE_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Ask for no password: any program on this machine may read and change the data
    #[arg(long, conflicts_with = "password")]
    no_password: bool,
    /// A configuration file for the engine (XML or YAML), with clusters and macros
    #[arg(long)]
    config_file: Option<PathBuf>,
    /// Listen beyond this machine
    #[arg(long)]
    allow_remote: bool,
    /// A name, besides those of this machine, under which the server may be reached; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Let statements leave the data folder: files, URLs, other servers, programs
    #[arg(long)]
    allow_external: bool,
    /// The most bytes of a request's body
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 30)]
    max_body: u64,
    /// Connections at a time; more wait
    #[arg(long, value_name = "NUMBER", default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..))]
    max_connections: u16,
    /// Seconds that a query may run where it sets no max_execution_time itself; 0 is without end
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    max_execution_time: u64,
    /// Seconds that a client may send or take nothing in the middle of a request
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    patience: u64,
    /// Seconds that running requests may take to end after the server was told to stop
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    grace: u64,
    /// Stop when standard input ends: for a program that starts this one and must not leave it behind
    #[arg(long)]
    stop_with_stdin: bool,
}

impl Arguments {
    fn options(self) -> Options {
        let mut options = Options::new(self.path);
        options.http = self.http;
        options.library = self.library;
        options.user = self.user;
        options.password = match (self.password, self.no_password) {
            (_, true) => Password::None,
            (Some(password), _) if !password.is_empty() => Password::Given(password),
            _ => Password::Random,
        };
        options.config_file = self.config_file;
        options.allow_remote = self.allow_remote;
        options.hosts = self.allow_host;
        options.allow_external = self.allow_external;
        options.limits.body = self.max_body;
        options.limits.connections = self.max_connections.into();
        options.limits.execution = Duration::from_secs(self.max_execution_time);
        options.limits.patience = Duration::from_secs(self.patience);
        options.limits.grace = Duration::from_secs(self.grace);
        options
    }
}

fn main() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
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
    let (external, with_stdin) = (arguments.allow_external, arguments.stop_with_stdin);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the system allows no threads: {error}"))?;
    runtime.block_on(async {
        // Before the start, so that a signal during it ends the program as later.
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
        let server = Server::start(arguments.options()).map_err(|error| error.to_string())?;
        if !external {
            stand_nowhere().map_err(|error| format!("the temporary folder cannot be used: {error}"))?;
        }
        println!("listening on {}", server.url());
        match (server.password_file(), server.password()) {
            (Some(file), _) => println!("user {}, password in {}", server.user(), file.display()),
            (None, Some(_)) => println!("user {}, password as given", server.user()),
            (None, None) => println!("user {}, no password", server.user()),
        }
        // Whoever started this reads the lines through a pipe.
        let _ = std::io::stdout().flush();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = stdin_ended(with_stdin) => {}
        }
        server.stop();
        Ok(())
    })
}

/// Standard input has ended, which it does when whoever has its other end does; never where that does not count.
async fn stdin_ended(counts: bool) {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    if counts {
        // A thread of its own, which nobody waits for: a read cannot be called off.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            drop(ended);
        });
        let _ = end.await;
    } else {
        std::future::pending::<()>().await;
    }
}
