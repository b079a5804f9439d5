//! A ClickHouse of the stack's own.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use streamhouse_embedded::library;
use uuid::Uuid;

use crate::error::StackError;
use crate::process::Process;
use crate::program::{on_path, sibling};
use crate::redis::free_port;

/// How long a start may take; the first one reads half a gigabyte from the disk.
const START: Duration = Duration::from_secs(90);
/// Names the program `streamhouse-embedded`.
const EMBEDDED_VARIABLE: &str = "STREAMHOUSE_EMBEDDED";
/// How often another port is tried where somebody took the free one first.
const TRIES: usize = 5;

/// A ClickHouse that can be killed and restarted on the same port: a server from the PATH, else the embedded one.
#[derive(Debug)]
pub struct ClickHouse {
    program: Program,
    folder: PathBuf,
    port: u16,
    password: String,
    process: Option<Process>,
}

#[derive(Debug)]
enum Program {
    Server(PathBuf),
    Embedded { program: PathBuf, library: PathBuf },
}

impl ClickHouse {
    /// Starts one with its data in a folder.
    pub fn start(folder: &Path) -> Result<Self, StackError> {
        let mut clickhouse = Self {
            program: Program::find()?,
            folder: folder.join("clickhouse"),
            port: 0,
            password: Uuid::new_v4().simple().to_string(),
            process: None,
        };
        fs::create_dir_all(&clickhouse.folder)
            .map_err(|source| StackError::Files { path: clickhouse.folder.clone(), source })?;
        let mut tries = 0;
        loop {
            clickhouse.port = free_port()?;
            match clickhouse.restart() {
                Err(error) if tries + 1 == TRIES => return Err(error),
                Err(_) => tries += 1,
                Ok(()) => return Ok(clickhouse),
            }
        }
    }

    /// The URL, with user and password.
    pub fn url(&self) -> String {
        format!("http://default:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// The process, where it was not killed.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }

    /// Kills it (`SIGKILL`).
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again after [`kill`](Self::kill), with the same data on the same port.
    pub fn restart(&mut self) -> Result<(), StackError> {
        self.process = None;
        let command = self.program.command(&self.folder, self.port, &self.password)?;
        let mut process = Process::start("clickhouse", &command, &self.folder)?;
        let deadline = Instant::now() + START;
        while !self.answers() {
            if !process.is_running() {
                return Err(process.failed("it ended"));
            }
            if Instant::now() > deadline {
                return Err(process.failed(format!("it does not answer within {START:?}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.process = Some(process);
        Ok(())
    }

    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            write!(stream, "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer.starts_with("HTTP/1.1 200") && answer.ends_with("Ok.\n"))
        };
        ask().unwrap_or(false)
    }
}

impl Program {
    fn find() -> Result<Self, StackError> {
        // The same word is the name of several programs in one.
        if let Some(server) = on_path("clickhouse") {
            return Ok(Program::Server(server));
        }
        let named = std::env::var_os(EMBEDDED_VARIABLE).map(PathBuf::from);
        let program =
            named.or_else(|| sibling("streamhouse-embedded")).or_else(|| on_path("streamhouse-embedded"));
        let program = program.ok_or_else(|| StackError::Missing {
            program: "streamhouse-embedded",
            mend: "build it with `cargo build -p streamhouse-embedded`, with the same profile, or set CLICKHOUSE_URL".into(),
        })?;
        Ok(Program::Embedded { program, library: library::ensure()? })
    }

    fn command(&self, folder: &Path, port: u16, password: &str) -> Result<Command, StackError> {
        match self {
            Program::Embedded { program, library } => {
                let mut command = Command::new(program);
                command.arg("--path").arg(folder.join("data")).arg("--http").arg(format!("127.0.0.1:{port}"));
                command.arg("--library").arg(library).env("CLICKHOUSE_PASSWORD", password);
                Ok(command)
            }
            Program::Server(server) => {
                let config = folder.join("config.xml");
                fs::write(&config, server_config(folder, port, password))
                    .map_err(|source| StackError::Files { path: config.clone(), source })?;
                let mut command = Command::new(server);
                command.arg("server").arg("--config-file").arg(config).current_dir(folder);
                Ok(command)
            }
        }
    }
}

/// A configuration with the HTTP interface and nothing else that listens.
fn server_config(folder: &Path, port: u16, password: &str) -> String {
    let folder = folder.display();
    format!(
        "<clickhouse>
    <logger><level>warning</level><console>1</console></logger>
    <listen_host>127.0.0.1</listen_host>
    <http_port>{port}</http_port>
    <path>{folder}/data/</path>
    <tmp_path>{folder}/tmp/</tmp_path>
    <user_files_path>{folder}/user_files/</user_files_path>
    <mark_cache_size>67108864</mark_cache_size>
    <default_profile>default</default_profile>
    <default_database>default</default_database>
    <profiles><default/></profiles>
    <quotas><default/></quotas>
    <users><default>
        <password>{password}</password>
        <networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile>
        <quota>default</quota>
        <access_management>1</access_management>
    </default></users>
</clickhouse>
"
    )
}
