//! `streamhouse dev`, as a developer and as a program use it.

use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The command, in an environment that names no servers.
fn dev(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streamhouse"));
    command.arg("dev").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in ["REDIS_URL", "CLICKHOUSE_URL", "STREAMHOUSE_REDIS", "STREAMHOUSE_CLICKHOUSE"] {
        command.env_remove(variable);
    }
    command
}

/// One that runs, killed at the end of a test that fails.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the command");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, output }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line
    }

    /// What it prints with `--json`.
    fn json(&mut self) -> serde_json::Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut errors = String::new();
            let _ = self.child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut errors));
            panic!("{error}: {line} {errors}")
        })
    }

    fn signal(&self, signal: &str) {
        let done = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(done.success());
    }

    /// Sends a signal; the exit code, what came to stdout since, and to stderr.
    fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        self.signal(signal);
        let status = self.child.wait().expect("an end");
        let (mut output, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut output).expect("text");
        let stderr = self.child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut errors));
        assert!(stderr.is_none_or(|read| read.is_ok()));
        (status.code(), output, errors)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(value: &serde_json::Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).into()
}

fn port_of(url: &str) -> u16 {
    url.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
}

fn is_open(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn shell(line: &str) -> String {
    let Output { stdout, stderr, .. } = Command::new("sh").args(["-c", line]).output().expect("a shell");
    format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn fails(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the command");
    assert_eq!((status.code(), &*stdout), (Some(1), &b""[..]));
    String::from_utf8(stderr).expect("text")
}

#[test]
fn every_line_that_tells_how_to_connect_works_and_ctrl_c_ends_it_cleanly() {
    let mut running = Running::start(&mut dev(&[]));
    let mut told = Vec::new();
    while told.last().is_none_or(|line| line != "Ctrl-C ends them.") {
        told.push(running.line().trim().to_string());
        assert!(told.len() < 50, "{told:?}");
    }
    let line = |start: &str| {
        told.iter().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {told:?}"))
    };
    assert_eq!(shell(&format!("{} PING", line("REDISCLI_AUTH="))), "PONG\n");
    let version = shell(&format!("{} -s", line("curl ")));
    assert!(line("ClickHouse ").ends_with(&format!("(ClickHouse {})", version.trim())), "{version}");
    // The exported URLs are what the other commands take.
    let exported = [line("export REDIS_URL="), line("export CLICKHOUSE_URL=")].map(String::as_str).join("\n");
    let worker = format!("{exported}\n{} worker --drain", env!("CARGO_BIN_EXE_streamhouse"));
    assert!(shell(&worker).contains("0 rows in 0 batches"));
    let ports = [line("export REDIS_URL="), line("export CLICKHOUSE_URL=")]
        .map(|line| port_of(line.trim_matches('\'')));
    assert!(ports.iter().all(|&port| is_open(port)));
    let folder = PathBuf::from(line("data, logs").split_whitespace().nth(2).expect("a folder"));
    assert!(folder.join("clickhouse/data").is_dir());

    let (code, output, errors) = running.end("-INT");
    assert_eq!((code, &*output, &*errors), (Some(0), "", ""));
    assert!(!folder.exists() && !ports.iter().any(|&port| is_open(port)));
}

#[test]
fn a_program_reads_one_object_and_sends_sigterm() {
    let mut running = Running::start(&mut dev(&["--json"]));
    let told = running.json();
    assert!(is_open(port_of(&text(&told, "redis_url"))) && is_open(port_of(&text(&told, "clickhouse_url"))));
    assert!(
        Path::new(&text(&told, "redis_log")).is_file() && Path::new(&text(&told, "clickhouse_log")).is_file()
    );
    assert_eq!(told["kept"], false);
    assert_eq!(running.end("-TERM"), (Some(0), String::new(), String::new()));
}

#[test]
fn what_is_kept_is_there_in_the_next_run_with_the_same_passwords() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    let path = path.to_str().expect("text");
    // Fixed ports, so that the URLs are the same too.
    let ports = [0; 2].map(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a port"));
    let ports = ports.map(|port| port.local_addr().expect("an address").port().to_string());
    let arguments = ["--json", "--keep", "--path", path, "--redis-port", &ports[0], "--http-port", &ports[1]];
    let mut running = Running::start(&mut dev(&arguments));
    let first = running.json();
    let (redis, clickhouse) = (text(&first, "redis_url"), text(&first, "clickhouse_url"));
    assert_eq!([port_of(&redis), port_of(&clickhouse)].map(|port| port.to_string()), ports);
    let (_, password) = redis.split_once(":").and_then(|(_, rest)| rest.split_once(':')).expect("a password");
    let redis_cli = |words: &str| {
        let password = password.split('@').next().expect("a password");
        shell(&format!("REDISCLI_AUTH={password} redis-cli -p {} {words}", ports[0]))
    };
    assert_eq!(redis_cli("SET key value"), "OK\n");
    let ask = |sql: &str| shell(&format!("curl -s --data-binary '{sql}' '{clickhouse}'"));
    assert_eq!(ask("CREATE TABLE t ENGINE = MergeTree ORDER BY n AS SELECT 7 AS n"), "");

    let error = fails(&mut dev(&["--keep", "--path", path]));
    let process = running.child.id();
    assert!(error.contains(&format!("data is in use by another stack (process {process}): stop that one, or choose another folder with --path")), "{error}");
    assert_eq!(running.end("-INT").0, Some(0));

    let mut running = Running::start(&mut dev(&arguments));
    let second = running.json();
    assert_eq!(
        (text(&second, "redis_url"), text(&second, "clickhouse_url")),
        (redis.clone(), clickhouse.clone())
    );
    assert_eq!(redis_cli("GET key"), "value\n");
    assert_eq!(ask("SELECT n FROM t"), "7\n");
    assert_eq!(running.end("-INT").0, Some(0));
}

#[test]
fn a_path_without_keep_is_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mine"), "mine").expect("a file");
    let path = folder.path().to_str().expect("text");
    let mut running = Running::start(&mut dev(&["--json", "--path", path]));
    assert!(text(&running.json(), "folder").starts_with(path));
    assert_eq!(running.end("-INT").0, Some(0));
    let mut left: Vec<_> =
        std::fs::read_dir(path).expect("a folder").flatten().map(|file| file.file_name()).collect();
    left.sort();
    assert_eq!(left, ["lock", "mine"]);
}

#[test]
fn a_port_that_is_taken_is_named_with_the_option() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for (option, server) in [("--redis-port", "redis"), ("--http-port", "clickhouse")] {
        let error = fails(&mut dev(&[option, &port]));
        let starts = format!("streamhouse: port {port} on 127.0.0.1 cannot be used for {server}: ");
        let ends = format!("; stop what listens there, or choose another with {option}\n");
        assert!(error.starts_with(&starts) && error.ends_with(&ends), "{error}");
    }
}

#[test]
fn what_is_missing_is_said_in_one_sentence() {
    let error = fails(dev(&[]).env("STREAMHOUSE_EMBEDDED", "/nowhere"));
    assert!(error.starts_with("streamhouse: streamhouse-embedded is missing: build it with `cargo build -p streamhouse-embedded`"), "{error}");
    let error = fails(dev(&[]).env("STREAMHOUSE_REDIS", "/nowhere/redis-server"));
    assert!(error.starts_with("streamhouse: /nowhere/redis-server is missing: "), "{error}");
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn a_server_that_dies_is_told_and_not_started_again() {
    let mut running = Running::start(&mut dev(&["--json"]));
    let told = running.json();
    let (redis, clickhouse) = (port_of(&text(&told, "redis_url")), port_of(&text(&told, "clickhouse_url")));
    let auth = text(&told, "redis_url").trim_start_matches("redis://:").split('@').next().map(String::from);
    shell(&format!("REDISCLI_AUTH={} redis-cli -p {redis} SHUTDOWN NOSAVE", auth.expect("a password")));
    let mut errors = BufReader::new(running.child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    errors.read_line(&mut line).expect("a line");
    let expected = format!(
        "streamhouse: redis has ended with exit status: 0 and is not started again; its log is {}; Ctrl-C ends the rest\n",
        text(&told, "redis_log")
    );
    assert_eq!(line, expected);
    assert!(is_open(clickhouse) && !is_open(redis));
    // Somebody who watches the exit code learns of it too.
    assert_eq!(running.end("-INT").0, Some(1));
}

#[test]
fn a_server_that_hangs_is_told_and_told_again_when_it_answers() {
    let mut running = Running::start(&mut dev(&["--json"]));
    let told = running.json();
    let mut errors = BufReader::new(running.child.stderr.take().expect("a pipe"));
    for name in ["redis", "clickhouse"] {
        let process = told[format!("{name}_process")].as_u64().expect("a process");
        for (signal, says) in [("-STOP", "does not answer"), ("-CONT", "answers again")] {
            shell(&format!("kill {signal} {process}"));
            let mut line = String::new();
            errors.read_line(&mut line).expect("a line");
            assert_eq!(line, format!("streamhouse: {name} {says}\n"));
        }
    }
    // Also what hangs is ended, and in good order.
    shell(&format!("kill -STOP {}", told["redis_process"]));
    let start = Instant::now();
    assert_eq!(running.end("-INT").0, Some(0));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn ctrl_c_before_the_servers_are_ready_ends_at_once() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    // A server that takes its time.
    let slow = folder.path().join("slow");
    std::fs::write(&slow, "#!/bin/sh\nexec sleep 600\n").expect("a script");
    std::fs::set_permissions(&slow, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let data = folder.path().join("data");
    let running =
        Running::start(dev(&["--path", data.to_str().expect("text")]).env("STREAMHOUSE_EMBEDDED", &slow));
    let runs = || {
        std::fs::read_dir(&data)
            .into_iter()
            .flatten()
            .flatten()
            .find(|run| run.path().join("clickhouse/clickhouse.log").exists())
    };
    eventually("a start", || runs().is_some());
    let run = runs().expect("a folder").path();
    let (code, output, errors) = running.end("-INT");
    assert_eq!((code, &*output), (Some(130), ""));
    assert_eq!(errors, "streamhouse: ended before the servers were ready\n");
    eventually("nothing is left", || !run.exists());
}

#[test]
fn a_command_that_is_killed_leaves_nothing() {
    let mut running = Running::start(&mut dev(&["--json"]));
    let told = running.json();
    let ports = [port_of(&text(&told, "redis_url")), port_of(&text(&told, "clickhouse_url"))];
    assert_eq!(running.end("-KILL").0, None);
    eventually("the servers end", || !ports.iter().any(|&port| is_open(port)));
    eventually("the folder goes", || !Path::new(&text(&told, "folder")).exists());
}

#[test]
fn servers_of_the_environment_are_shown_instead() {
    let redis = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("redis://somebody:secret@{}", redis.local_addr().expect("an address"));
    let mut running = Running::start(dev(&["--json"]).env("REDIS_URL", &url));
    let told = running.json();
    assert_eq!((text(&told, "redis_url"), told["redis_version"].is_null()), (url.clone(), true));
    assert!(told["clickhouse_version"].is_string());
    assert_eq!(running.end("-INT").0, Some(0));
    let error = fails(dev(&["--redis-port", "1234"]).env("REDIS_URL", &url));
    assert!(
        error.contains("--redis-port is for a server that is started here, and REDIS_URL names another"),
        "{error}"
    );
}
