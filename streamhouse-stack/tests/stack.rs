//! Both servers: how they start, and how they are lost and found again.

use std::process::Command;
use std::time::{Duration, Instant};

use streamhouse_stack::{
    ClickHouseOptions, Direction, Health, Persistence, ProxyCounts, RedisOptions, Reply, Stack, StackOptions,
};

fn stack(name: &str) -> Stack {
    Stack::start(name, StackOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn text(text: &str) -> Reply {
    Reply::Text(text.into())
}

#[test]
fn a_warm_stack_stands_within_three_seconds() {
    // The first start may have to read the engine from the disk. The best of some, because others use this machine.
    drop(stack("cold"));
    let times: Vec<Duration> = (0..3)
        .map(|_| {
            let start = Instant::now();
            drop(stack("warm"));
            start.elapsed()
        })
        .collect();
    let best = times.iter().min().expect("some");
    assert!(*best < Duration::from_secs(3), "{times:?}");
}

#[test]
fn stacks_side_by_side_know_nothing_of_each_other() {
    let mut stacks: Vec<Stack> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| stack("side"))).collect();
        starting.into_iter().map(|starting| starting.join().expect("a stack")).collect()
    });
    for (number, stack) in stacks.iter_mut().enumerate() {
        let number = number.to_string();
        stack.redis().expect("its own").command(&["SET", "key", &number]).expect("set");
        let create =
            format!("CREATE TABLE t ENGINE = MergeTree ORDER BY tuple() AS SELECT {number} AS number");
        stack.clickhouse().expect("its own").query(&create).expect("a table");
    }
    for (number, stack) in stacks.iter_mut().enumerate() {
        let number = number.to_string();
        assert_eq!(stack.redis().expect("its own").command(&["GET", "key"]).expect("a value"), text(&number));
        let found = stack.clickhouse().expect("its own").query("SELECT number FROM t").expect("a row");
        assert_eq!(found.trim(), number);
    }
    // The end of one is not the end of the others.
    drop(stacks.remove(0));
    for stack in &mut stacks {
        assert_eq!((stack.redis_health(), stack.clickhouse_health()), (Health::Answers, Health::Answers));
    }
}

#[test]
fn what_was_killed_comes_back_on_the_same_port_with_its_data() {
    // With the default, a kill may lose what was confirmed a moment ago.
    let redis = RedisOptions { persistence: Persistence::Always, ..RedisOptions::default() };
    let mut stack = Stack::start("kill", StackOptions { redis, ..StackOptions::default() }).expect("a stack");
    let urls = (stack.redis_url(), stack.clickhouse_url());
    stack.redis().expect("its own").command(&["SET", "key", "value"]).expect("set");
    let clickhouse = stack.clickhouse().expect("its own");
    clickhouse.query("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n").expect("a table");
    clickhouse.query("INSERT INTO t SELECT number FROM numbers(1000)").expect("rows");

    stack.redis().expect("its own").kill();
    stack.clickhouse().expect("its own").kill();
    assert_eq!((stack.redis_health(), stack.clickhouse_health()), (Health::Killed, Health::Killed));
    assert!(stack.redis().expect("its own").command(&["PING"]).is_err());
    assert!(stack.clickhouse().expect("its own").query("SELECT 1").is_err());

    stack.redis().expect("its own").restart().expect("back");
    stack.clickhouse().expect("its own").restart().expect("back");
    assert_eq!((stack.redis_url(), stack.clickhouse_url()), urls);
    assert_eq!(stack.redis().expect("its own").command(&["GET", "key"]).expect("a value"), text("value"));
    assert_eq!(
        stack.clickhouse().expect("its own").query("SELECT count() FROM t").expect("a count"),
        "1000\n"
    );
}

#[test]
fn what_was_stopped_is_silent_and_then_goes_on() {
    let mut stack = stack("stop");
    stack.redis().expect("its own").stop();
    stack.clickhouse().expect("its own").stop();
    assert_eq!((stack.redis_health(), stack.clickhouse_health()), (Health::Silent, Health::Silent));
    stack.redis().expect("its own").resume();
    stack.clickhouse().expect("its own").resume();
    assert_eq!((stack.redis_health(), stack.clickhouse_health()), (Health::Answers, Health::Answers));
}

#[test]
fn both_servers_can_be_cut_off_by_proxies() {
    let stack = stack("proxies");
    let (redis, clickhouse) =
        (stack.redis_proxy().expect("a proxy"), stack.clickhouse_proxy().expect("a proxy"));
    let curl = |url: &str| {
        let sql = "SELECT count() FROM numbers(1000000)";
        Command::new("curl").args(["-s", "--data-binary", sql, url]).output().expect("curl")
    };
    assert_eq!(curl(clickhouse.url()).stdout, b"1000000\n");
    clickhouse.cut_after(Direction::ToClient, 0);
    // "Empty reply from server"
    assert_eq!(curl(clickhouse.url()).status.code(), Some(52));
    clickhouse.refuse();
    // "Failed to connect"
    assert_eq!(curl(clickhouse.url()).status.code(), Some(7));
    clickhouse.heal().expect("healed");
    assert_eq!(curl(clickhouse.url()).stdout, b"1000000\n");
    assert!(redis.url().ends_with(&format!("@127.0.0.1:{}", redis.port())));
    assert_eq!(redis.counts(), ProxyCounts::default());
}

#[test]
fn a_server_that_ended_by_itself_is_told_from_one_that_was_killed() {
    let mut stack = stack("ended");
    // It closes the connection without an answer.
    assert!(stack.redis().expect("its own").command(&["SHUTDOWN", "NOSAVE"]).is_err());
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match stack.redis_health() {
            Health::Ended(status) => break assert!(status.success(), "{status}"),
            other => assert!(Instant::now() < deadline, "{other:?}"),
        }
    }
}

#[test]
fn an_end_takes_the_folder_along_unless_it_is_to_be_kept() {
    let gone = stack("gone");
    let folder = gone.folder().to_path_buf();
    assert!(folder.join("redis/redis.log").is_file() && folder.join("clickhouse/clickhouse.log").is_file());
    gone.end(Duration::from_secs(10));
    assert!(!folder.exists());

    let options = StackOptions { keep: true, ..StackOptions::default() };
    let kept = Stack::start("kept", options).expect("a stack");
    let folder = kept.folder().to_path_buf();
    drop(kept);
    // Also when another stack clears away what dead owners left.
    drop(streamhouse_stack::Folder::create("other").expect("a folder"));
    assert!(folder.join("redis/appendonlydir").is_dir() && folder.join("clickhouse/data").is_dir());
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_named_folder_holds_its_data_for_the_next_stack_and_for_one_at_a_time() {
    let folder = streamhouse_stack::target().join("stack-named-test");
    let _ = std::fs::remove_dir_all(&folder);
    let options = || StackOptions { keep: true, folder: Some(folder.clone()), ..StackOptions::default() };
    let mut first = Stack::start("named", options()).expect("a stack");
    first.redis().expect("its own").command(&["SET", "key", "value"]).expect("set");
    first
        .clickhouse()
        .expect("its own")
        .query("CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
        .expect("a table");
    let passwords =
        [first.redis().expect("its own").password(), &*folder_password(&folder)].map(String::from);
    assert_eq!(passwords[0], passwords[1]);
    let error = Stack::start("named", options()).expect_err("in use").to_string();
    assert!(error.contains("stack-named-test is in use by another stack (process "), "{error}");
    first.end(Duration::from_secs(10));
    let mut second = Stack::start("named", options()).expect("a stack");
    assert_eq!(second.redis().expect("its own").command(&["GET", "key"]).expect("a value"), text("value"));
    assert_eq!(second.clickhouse().expect("its own").query("SHOW TABLES").expect("a list"), "t\n");
    // Whoever has noted the password may go on with it.
    assert_eq!(second.redis().expect("its own").password(), passwords[0]);
    drop(second);
    std::fs::remove_dir_all(folder).expect("removed");
}

fn folder_password(folder: &std::path::Path) -> String {
    let file = folder.join("redis/password");
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::read_to_string(file).expect("a password").trim().into()
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let redis = RedisOptions { port: Some(port), ..RedisOptions::default() };
    let error = Stack::start("taken", StackOptions { redis, ..StackOptions::default() }).expect_err("taken");
    let expected = format!("port {port} on 127.0.0.1 cannot be used for redis: ");
    assert!(error.to_string().starts_with(&expected), "{error}");
    let clickhouse = ClickHouseOptions { port: Some(port), ..ClickHouseOptions::default() };
    let error =
        Stack::start("taken", StackOptions { clickhouse, ..StackOptions::default() }).expect_err("taken");
    let expected = format!("port {port} on 127.0.0.1 cannot be used for clickhouse: ");
    assert!(error.to_string().starts_with(&expected), "{error}");
}
