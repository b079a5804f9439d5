//! What goes wrong is a clear sentence or an error in ClickHouse's form; never a crash, never unbounded memory.

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use common::{Answer, Program, encoded, until};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const MIB: u64 = 1 << 20;

#[test]
fn a_folder_in_use_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Program::start_in(folder.path(), &["--no-password"]);
    let second = Program::try_start(folder.path(), &["--no-password"]).err().expect("it is refused");
    assert!(second.contains("is in use by another process"), "{second}");
    assert_eq!(first.text("SELECT 1"), "1");
    first.kill();
    assert_eq!(Program::start_in(folder.path(), &["--no-password"]).text("SELECT 1"), "1");
}

#[test]
fn a_port_in_use_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let _holder = TcpListener::bind(taken).expect("the port");
    let folder = tempfile::tempdir().expect("a folder");
    let refused =
        Program::try_start(folder.path(), &["--http", &taken.to_string()]).err().expect("it is refused");
    assert!(refused.contains("is not free to listen on") && refused.contains("--http"), "{refused}");
}

#[test]
fn a_corrupt_folder_is_told_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Program::start_in(folder.path(), &["--no-password"]);
    server.text("CREATE DATABASE d");
    server.text("CREATE TABLE d.t (a UInt64) ENGINE = MergeTree ORDER BY a");
    server.text("INSERT INTO d.t VALUES (1)");
    assert!(server.stop().success());
    let metadata = std::fs::read_dir(folder.path().join("store"))
        .expect("a folder")
        .flatten()
        .flat_map(|entry| std::fs::read_dir(entry.path()).into_iter().flatten().flatten())
        .map(|entry| entry.path().join("t.sql"))
        .find(|file| file.exists())
        .expect("the table's file");
    let good = std::fs::read(&metadata).expect("it is read");
    std::fs::write(&metadata, "this is no table").expect("it is written");
    let refused = Program::try_start(folder.path(), &["--no-password"]).err().expect("it is refused");
    assert!(refused.contains("the engine does not open") && refused.contains("exit status: 1"), "{refused}");
    std::fs::write(&metadata, good).expect("it is written");
    assert_eq!(Program::start_in(folder.path(), &["--no-password"]).text("SELECT a FROM d.t"), "1");
}

#[test]
fn a_folder_or_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let refused = Program::try_start(&file, &[]).err().expect("it is refused");
    assert!(refused.contains("file cannot be used"), "{refused}");
    let missing =
        Program::try_start(folder.path(), &["--config-file", "/no/such.xml"]).err().expect("refused");
    assert!(missing.contains("the configuration file /no/such.xml cannot be read"), "{missing}");
    std::fs::write(&file, "<clickhouse><unclosed>").expect("a file");
    let named = file.with_extension("xml");
    std::fs::rename(&file, &named).expect("a name");
    let damaged = Program::try_start(folder.path(), &["--config-file", named.to_str().expect("a path")])
        .err()
        .expect("refused");
    assert!(damaged.contains("does not open"), "{damaged}");
}

#[test]
fn a_library_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("libchdb.so");
    // The head of a library for another processor, and nothing at all.
    for bytes in [&b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xf3\0\x01\0\0\0"[..], b""] {
        std::fs::write(&library, bytes).expect("a file");
        std::fs::set_permissions(&library, std::fs::Permissions::from_mode(0o755)).expect("its mode");
        let refused = Program::try_start(folder.path(), &["--library", library.to_str().expect("a path")])
            .err()
            .expect("it is refused");
        assert!(refused.contains("cannot be loaded as libchdb"), "{refused}");
    }
    let missing = Program::try_start(folder.path(), &["--library", "/no/such.so"]).err().expect("refused");
    assert!(missing.contains("/no/such.so cannot be loaded as libchdb"), "{missing}");
}

/// A compressed block with this method and these claims, and the right checksum over them.
fn block(method: u8, data: &[u8], claimed: u32) -> Vec<u8> {
    let mut block = vec![method];
    block.extend_from_slice(&((9 + data.len()) as u32).to_le_bytes());
    block.extend_from_slice(&claimed.to_le_bytes());
    block.extend_from_slice(data);
    let checksum = cityhash_rs::cityhash_102_128(&block).rotate_left(64).to_le_bytes();
    [&checksum[..], &block].concat()
}

#[test]
fn blocks_that_lie_are_refused_and_reserve_nothing() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a String) ENGINE = Memory");
    let url = format!("decompress=1&query={}", encoded("INSERT INTO t FORMAT TSV"));
    let rows = b"one\ntwo\n";
    let zstd = zstd::bulk::compress(rows, 1).expect("zstd");
    for (method, data) in [(0x02, &rows[..]), (0x90, &zstd), (0x82, &lz4_flex::block::compress(rows))] {
        let answer = server.post(&url, block(method, data, rows.len() as u32));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(server.text("SELECT count() FROM t"), "6");
    let before = server.memory();
    let mut damaged = block(0x02, rows, 8);
    damaged[30] ^= 1;
    let mut absurd = block(0x82, rows, 8);
    absurd[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
    // 32 GiB of zeros in some kilobytes, and as much in one coding of HTTP.
    let bomb = zstd::bulk::compress(&vec![0; 200 << 20], 1).expect("zstd");
    for (body, code) in [
        (damaged, 40),
        (absurd, 39),
        (block(0x82, rows, u32::MAX), 39),
        (block(0x82, rows, 200 << 20), 271),
        (block(0x90, &bomb, 8), 271),
        (block(0x55, rows, 8), 89),
        (vec![0; 30], 39),
    ] {
        let answer = server.post(&url, body);
        assert_eq!(answer.code(), code, "{}", answer.text());
    }
    assert!(server.memory() < before + 100 * MIB, "{} MiB more", (server.memory() - before) / MIB);
    assert_eq!(server.text("SELECT count() FROM t"), "6");
}

#[test]
fn a_body_that_grows_when_decoded_is_streamed() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a String) ENGINE = Null");
    let url = encoded("INSERT INTO t FORMAT TSV");
    let before = server.memory();
    // A quarter of a gibibyte of rows in a small body.
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("zstd");
    let rows = "x\n".repeat(1 << 19);
    for _ in 0..256 {
        encoder.write_all(rows.as_bytes()).expect("it encodes");
    }
    let body = encoder.finish().expect("it ends");
    assert!(body.len() < 1 << 20);
    let answer = server.send("POST", &format!("query={url}"), &[("Content-Encoding", "zstd")], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("x-clickhouse-summary").contains(r#""written_rows":"134217728""#), "{answer:?}");
    assert!(server.memory() < before + 200 * MIB, "{} MiB more", (server.memory() - before) / MIB);
}

#[test]
fn bodies_and_heads_have_their_limits() {
    let server = Program::start(&["--max-body", "100000"]);
    server.text("CREATE TABLE t (a String) ENGINE = Memory");
    let url = format!("query={}", encoded("INSERT INTO t FORMAT TSV"));
    let answer = server.post(&url, "x\n".repeat(60_000));
    assert_eq!((answer.status, answer.code()), (413, 229), "{}", answer.text());
    assert!(answer.text().contains("nothing of it is inserted"), "{}", answer.text());
    assert_eq!(server.post(&url, "x\n".repeat(40_000)).status, 200);
    for header in ["x".repeat(1 << 20), "x".repeat(5 << 20)] {
        let mut stream = server.connect();
        let _ = write!(
            stream,
            "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: {header}\r\n\r\n"
        );
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let answer = Answer::parse(&bytes);
        assert!(answer.is_none_or(|answer| answer.status == 431 || answer.status == 200));
    }
    let long = server.get(&format!("query={}", encoded(&format!("SELECT '{}'", "x".repeat(70_000)))));
    assert_eq!(long.status, 414);
    assert_eq!(server.text("SELECT count() FROM t"), "40000");
}

#[test]
fn a_thousand_connections_wait_for_their_turn() {
    let server = Program::start(&["--max-connections", "200", "--patience", "1"]);
    let idle: Vec<_> = (0..1000).map(|_| server.connect()).collect();
    let before = server.memory();
    // Those that say nothing are closed, and make room.
    let start = Instant::now();
    let mut stream = server.connect();
    drop(idle);
    write!(stream, "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a request");
    assert_eq!(Answer::read(stream).text(), "Ok.\n");
    assert!(start.elapsed() < Duration::from_secs(30));
    std::thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| assert_eq!(server.text("SELECT 1"), "1"));
        }
    });
    assert!(server.memory() < before + 300 * MIB, "{} MiB more", (server.memory() - before) / MIB);
}

#[test]
fn a_client_that_stops_reading_is_given_up() {
    let server = Program::start(&["--patience", "1"]);
    let statement = "SELECT number FROM numbers(100000000000)";
    let mut stream = server.connect();
    write!(
        stream,
        "POST /?query_id=stuck HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{statement}",
        statement.len()
    )
    .expect("a request");
    server.until_it_runs(statement);
    let before = server.memory();
    until("it is given up", || server.post("query_id=stuck", "SELECT 1").status == 200);
    assert!(
        server.memory() < before + 100 * MIB,
        "{} MiB more",
        server.memory().saturating_sub(before) / MIB
    );
    // And one that stops sending.
    server.text("CREATE TABLE t (a UInt64) ENGINE = Memory");
    let mut stream = server.connect();
    write!(
        stream,
        "POST /?query={} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nConnection: close\r\n\r\n1\n",
        encoded("INSERT INTO t FORMAT TSV")
    )
    .expect("a request");
    let answer = Answer::read(stream);
    assert_eq!(answer.code(), 210, "{}", answer.text());
    assert!(answer.text().contains("nothing of it is inserted"), "{}", answer.text());
}

#[test]
fn a_query_that_runs_for_ever_is_ended() {
    let mut server = Program::start(&["--max-execution-time", "1", "--grace", "1"]);
    let forever = "SELECT count() FROM numbers(100000000000000) WHERE NOT ignore(sipHash64(number))";
    let answer = server.post("", forever);
    assert_eq!((answer.status, answer.code()), (408, 159), "{}", answer.text());
    // A query that asks for more time is ended by the server's own end.
    std::thread::scope(|scope| {
        let longer = format!("{forever} SETTINGS max_execution_time = 100");
        let (address, statement) = (server.address, longer.clone());
        scope.spawn(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            let length = statement.len();
            let _ = write!(
                stream,
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{statement}"
            );
            let _ = stream.read_to_end(&mut Vec::new());
        });
        server.until_it_runs(&longer);
        let start = Instant::now();
        assert!(server.stop().success());
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    });
}

/// Pieces of requests, some of them right.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"GET /?query=SELECT+1 HTTP/1.1\r\nHost: localhost\r\n".to_vec()),
        Just(b"POST /?decompress=1 HTTP/1.1\r\nHost: localhost\r\n".to_vec()),
        Just(b"POST /?session_id=a&query=INSERT+INTO+t+FORMAT+TSV HTTP/1.1\r\n".to_vec()),
        Just(b"Content-Length: 7\r\n".to_vec()),
        Just(b"Content-Length: -1\r\n".to_vec()),
        Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
        Just(b"Content-Encoding: zstd\r\n".to_vec()),
        Just(b"Content-Encoding: gzip\r\n".to_vec()),
        Just(b"Authorization: Basic ====\r\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"ffffffffffffffff\r\n".to_vec()),
        Just(b"5\r\nSELEC\r\n0\r\n\r\n".to_vec()),
        Just(b"SELECT 1".to_vec()),
        Just(b"INSERT INTO t VALUES ((((".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..60),
    ]
}

#[test]
fn whatever_is_sent_the_server_goes_on() {
    let mut server = Program::start(&["--patience", "1"]);
    server.text("CREATE TABLE t (a UInt64) ENGINE = Memory");
    let mut runner = TestRunner::new(ProptestConfig { cases: 1500, ..ProptestConfig::default() });
    runner
        .run(&proptest::collection::vec(piece(), 0..8), |pieces| {
            let mut stream = server.connect();
            let _ = stream.write_all(&pieces.concat());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            prop_assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "), "{answer:?}");
            Ok(())
        })
        .expect("the server goes on");
    assert!(server.is_running());
    assert_eq!(server.text("SELECT 1"), "1");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
