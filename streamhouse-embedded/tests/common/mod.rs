//! A server's process, and a client that says byte for byte what a test wants said.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program, built by cargo.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_streamhouse-embedded");

/// A server of the test's own; killed when this is dropped, and stopped when the test itself is killed.
pub struct Program {
    pub address: SocketAddr,
    pub password: Option<String>,
    pub folder: PathBuf,
    child: Child,
    log: Arc<Mutex<String>>,
    _own: Option<TempDir>,
}

impl Program {
    /// Starts one over a new folder, without a password.
    pub fn start(arguments: &[&str]) -> Self {
        let own = tempfile::tempdir().expect("a folder");
        let mut program = Self::start_in(own.path(), &[&["--no-password"], arguments].concat());
        program._own = Some(own);
        program
    }

    /// Starts one over this folder.
    pub fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        Self::try_start(folder, arguments).unwrap_or_else(|log| panic!("it does not start: {log}"))
    }

    /// The error is what it says on its way out.
    pub fn try_start(folder: &Path, arguments: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(PROGRAM);
        command.arg("--path").arg(folder).args(arguments).env_remove("CLICKHOUSE_PASSWORD");
        command.arg("--stop-with-stdin").stdin(Stdio::piped());
        if !arguments.contains(&"--http") {
            command.args(["--http", "127.0.0.1:0"]);
        }
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program is built");
        let log = Arc::new(Mutex::new(String::new()));
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        let written = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let _ = writeln!(written.lock().expect("unpoisoned"), "{line}");
            }
        });
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let mut lines = [String::new(), String::new()];
        for line in &mut lines {
            output.read_line(line).expect("its output");
        }
        let Some(address) = lines[0].trim().strip_prefix("listening on http://") else {
            let status = child.wait().expect("it ends");
            reader.join().expect("its errors");
            return Err(format!("{status}: {}", log.lock().expect("unpoisoned")));
        };
        let password = lines[1]
            .trim()
            .split_once("password in ")
            .map(|(_, file)| std::fs::read_to_string(file).expect("a password").trim().to_string());
        Ok(Self {
            address: address.parse().expect("an address"),
            password,
            folder: folder.to_path_buf(),
            child,
            log,
            _own: None,
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM; gives how it ended.
    pub fn stop(&mut self) -> std::process::ExitStatus {
        let id = rustix::process::Pid::from_raw(self.child.id() as i32).expect("an id");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it runs");
        self.child.wait().expect("it ends")
    }

    /// Lets go of its standard input, as a starter does that is killed; gives how it ended.
    pub fn let_go(&mut self) -> std::process::ExitStatus {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends")
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a state").is_none()
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("unpoisoned").clone()
    }

    /// Resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number");
        kib << 10
    }

    /// A POST of this body to `/?parameters`.
    pub fn post(&self, parameters: &str, body: impl AsRef<[u8]>) -> Answer {
        self.send("POST", parameters, &[], body.as_ref())
    }

    pub fn get(&self, parameters: &str) -> Answer {
        self.send("GET", parameters, &[], b"")
    }

    /// A request with more headers, on a connection of its own.
    pub fn send(&self, method: &str, parameters: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{method} /?{parameters} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            let _ = write!(head, "Host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let _ = write!(head, "Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).expect("it takes the head");
        // What is refused early is answered early.
        let _ = stream.write_all(body);
        Answer::read(stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream
    }

    /// Waits until the engine runs this statement.
    pub fn until_it_runs(&self, statement: &str) {
        let running = format!(
            "SELECT count() FROM system.processes WHERE query = '{}'",
            statement.replace('\'', "\\'")
        );
        until(statement, || self.text(&running) == "1");
    }

    /// What a statement gives, which must succeed.
    pub fn text(&self, statement: &str) -> String {
        let answer = self.post("", statement);
        assert_eq!(answer.status, 200, "{statement}: {}", answer.text());
        answer.text().trim_end().to_string()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
    }
}

/// An answer, its body put together.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
    /// The body came to its end.
    pub whole: bool,
}

impl Answer {
    pub fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset after the answer leaves what came before it.
        let _ = stream.read_to_end(&mut bytes);
        Self::parse(&bytes).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)))
    }

    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
            .collect();
        let rest = &bytes[end + 4..];
        let (body, whole) = match headers.get("transfer-encoding") {
            Some(_) => chunks(rest),
            None => {
                let length: usize =
                    headers.get("content-length").map_or(0, |length| length.parse().unwrap_or(0));
                (rest.to_vec(), rest.len() == length)
            }
        };
        Some(Self { status, headers, body, whole })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The code in the header, which is the one in the text.
    pub fn code(&self) -> u32 {
        let code = self.header("x-clickhouse-exception-code").parse().unwrap_or(0);
        if code != 0 {
            assert!(self.text().contains(&format!("Code: {code}")), "{}", self.text());
        }
        code
    }
}

fn chunks(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = rest.windows(2).position(|window| window == b"\r\n") else { return (body, false) };
        let size =
            std::str::from_utf8(&rest[..line]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size else { return (body, false) };
        if size == 0 {
            return (body, true);
        }
        let start = line + 2;
        let Some(chunk) = rest.get(start..start + size) else {
            body.extend_from_slice(&rest[start..]);
            return (body, false);
        };
        body.extend_from_slice(chunk);
        rest = rest.get(start + size + 2..).unwrap_or_default();
    }
}

/// A text as a part of a URL.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Waits until something holds; it must within ten seconds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "not within ten seconds: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
