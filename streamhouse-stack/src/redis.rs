//! A Redis of the stack's own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::error::StackError;
use crate::process::Process;
use crate::program::on_path;

/// How long a start may take.
const START: Duration = Duration::from_secs(20);
/// How often another port is tried where somebody took the free one first.
const TRIES: usize = 5;

/// A Redis (or Valkey) that persists every second, never evicts, and can be killed and restarted on the same port.
#[derive(Debug)]
pub struct Redis {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    password: String,
    process: Option<Process>,
}

impl Redis {
    /// Starts one with its data in a folder.
    pub fn start(folder: &Path) -> Result<Self, StackError> {
        let program = find_or_install()?;
        let mut redis = Self {
            program,
            folder: folder.join("redis"),
            port: 0,
            password: Uuid::new_v4().simple().to_string(),
            process: None,
        };
        std::fs::create_dir_all(&redis.folder)
            .map_err(|source| StackError::Files { path: redis.folder.clone(), source })?;
        let mut tries = 0;
        loop {
            redis.port = free_port()?;
            match redis.restart() {
                Err(error) if tries + 1 == TRIES => return Err(error),
                Err(_) => tries += 1,
                Ok(()) => return Ok(redis),
            }
        }
    }

    /// The URL, with the password.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, self.port)
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
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder);
        let port = self.port.to_string();
        for (name, value) in [
            ("--bind", "127.0.0.1"),
            ("--port", &port),
            ("--requirepass", &self.password),
            ("--appendonly", "yes"),
            ("--appendfsync", "everysec"),
            ("--save", ""),
            ("--maxmemory-policy", "noeviction"),
            // A stream's entries are gone soon: rewriting the log at the usual 64 MB would write most of them twice.
            ("--auto-aof-rewrite-min-size", "1gb"),
            ("--rdbcompression", "no"),
            ("--dir", "."),
        ] {
            command.arg(name).arg(value);
        }
        let mut process = Process::start("redis", &command, &self.folder)?;
        let deadline = Instant::now() + START;
        while !self.answers() {
            if !process.is_running() {
                return Err(process.failed("it ended"));
            }
            if Instant::now() > deadline {
                return Err(process.failed(format!("it does not answer within {START:?}")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process = Some(process);
        Ok(())
    }

    /// Whether it answers PING, which it does not while it still loads its data.
    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            write!(stream, "AUTH {}\r\nPING\r\n", self.password)?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            Ok(&answer == b"+OK\r\n+PONG\r\n")
        };
        ask().unwrap_or(false)
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16, StackError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| StackError::Start {
            name: "the stack".into(),
            message: format!("no port is free: {error}"),
            log: String::new(),
        })
}

/// `redis-server` or `valkey-server`; where there is neither, the system's package, if it may be installed.
pub(crate) fn find_or_install() -> Result<PathBuf, StackError> {
    let find = || on_path("redis-server").or_else(|| on_path("valkey-server"));
    if let Some(program) = find() {
        return Ok(program);
    }
    let mend = || {
        StackError::Missing {
        program: "redis-server",
        mend: "install it with your system's packages (`sudo apt-get install redis-server`, `brew install redis`), or set REDIS_URL".into(),
    }
    };
    if on_path("apt-get").is_none() {
        return Err(mend());
    }
    let sudo = if rustix::process::geteuid().is_root() {
        None
    } else {
        let may = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
        if !may.is_ok_and(|status| status.success()) {
            return Err(mend());
        }
        Some("sudo")
    };
    eprintln!("redis-server is missing: installing the system's package");
    let apt = |arguments: &[&str]| {
        let mut words: Vec<&str> = sudo.into_iter().collect();
        // RUNLEVEL: the package is to bring the program, not to start a server.
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q", "-y"]);
        words.extend(arguments);
        let status =
            Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let install = ["install", "--no-install-recommends", "redis-server"];
    if !apt(&install) {
        apt(&["update"]);
        apt(&install);
    }
    find().ok_or_else(mend)
}
