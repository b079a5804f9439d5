//! A ClickHouse of the stack's own.

mod config;
mod options;
mod program;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

pub use options::{ClickHouseKind, ClickHouseOptions};
pub use program::CLICKHOUSE_KIND_VARIABLE;

use crate::error::StackError;
use crate::folder::Folder;
use crate::http;
use crate::port::{Port, TRIES};
use crate::process::Process;
use crate::server::{Health, Server};
use crate::userinfo;
use program::Program;

/// How long a start may take; the first one reads half a gigabyte from the disk.
const START: Duration = Duration::from_secs(90);
/// How long it may take to answer whether it is there.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a query of the stack may take.
const QUERY: Duration = Duration::from_secs(60);
const USER: &str = "default";

/// A ClickHouse that can be lost and found again on the same port, with its data: a server, or the embedded one.
#[derive(Debug)]
pub struct ClickHouse {
    server: Server,
    program: Program,
    port: Port,
    password: String,
    config: Option<PathBuf>,
}

impl ClickHouse {
    /// Starts one, with its data and log in the folder `<name>` of a folder.
    pub fn start(folder: &Folder, name: &str, options: &ClickHouseOptions) -> Result<Self, StackError> {
        let kind = match &options.kind {
            Some(kind) => kind.clone(),
            None => ClickHouseKind::from_env()?,
        };
        let program = Program::of(&kind)?;
        let tries = if options.port.is_some() { 1 } else { TRIES };
        let mut tried = 0;
        loop {
            let server = Server::new(folder, name)?;
            let password = server.password(options.password.as_deref())?;
            let mut clickhouse = Self {
                server,
                program: program.clone(),
                port: Port::of(name, options.port)?,
                password,
                config: options.config.clone(),
            };
            tried += 1;
            match clickhouse.restart() {
                Ok(()) => return Ok(clickhouse),
                Err(error) if tried == tries => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// The URL, with user and password.
    pub fn url(&self) -> String {
        format!("http://{USER}:{}@127.0.0.1:{}", userinfo::encoded(&self.password), self.port.number())
    }

    /// The port of the HTTP interface.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The password of the user `default`.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The file that its output goes to, that of earlier starts included.
    pub fn log(&self) -> PathBuf {
        self.server.log()
    }

    /// The process, where it was not killed.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.server.process()
    }

    /// Runs a query and gives what it prints, tab-separated unless it has a FORMAT.
    pub fn query(&self, sql: &str) -> Result<String, StackError> {
        http::query(self.port.address(), USER, &self.password, sql, QUERY).map_err(|message| {
            let name = self.server.name().into();
            StackError::Command { name, command: sql.into(), message }
        })
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

    /// Asks it to end (`SIGTERM`); `None` where it had to be killed.
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
        let config = self.config.as_deref();
        let command =
            self.program.command(self.server.folder(), self.port.number(), &self.password, config)?;
        let (address, password) = (self.port.address(), self.password.clone());
        self.server.run(&command, START, || answers(address, &password))
    }
}

/// Asked with the password, so that another server on the port is not taken for this one.
fn answers(address: SocketAddr, password: &str) -> bool {
    http::query(address, USER, password, "SELECT 1", ANSWER).is_ok_and(|answer| answer == "1\n")
}
