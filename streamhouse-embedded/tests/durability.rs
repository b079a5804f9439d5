//! What was answered with 200 is there, after kill -9 as after a clean stop.

mod common;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{Answer, Program, encoded};

/// Rows of a batch; it goes into one block.
const ROWS: u64 = 500;
/// Writers at a time.
const WRITERS: usize = 3;

#[test]
fn a_clean_stop_loses_nothing_and_crashes_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 1..=3 {
        let mut server = Program::start_in(folder.path(), &["--no-password"]);
        server.text("CREATE TABLE IF NOT EXISTS t (a UInt64) ENGINE = MergeTree ORDER BY a");
        server.text("INSERT INTO t SELECT number FROM numbers(1000)");
        assert_eq!(server.text("SELECT count() FROM t"), (round * 1000).to_string());
        server.post("session_id=s", "CREATE TEMPORARY TABLE mine (a UInt8)");
        // A connection that is kept alive, and one within a request, do not hold it up.
        let mut idle = server.connect();
        write!(idle, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
        let mut answer = [0; 512];
        assert!(idle.read(&mut answer).expect("an answer") > 0);
        let start = Instant::now();
        let status = server.stop();
        assert!(status.success(), "{status}: {}", server.log());
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[test]
fn it_stops_when_its_starter_is_gone() {
    let mut server = Program::start(&[]);
    assert!(server.is_running());
    let status = server.let_go();
    assert!(status.success(), "{status}: {}", server.log());
}

#[test]
fn a_request_that_runs_may_end_before_a_stop() {
    let mut server = Program::start(&[]);
    let address = server.address;
    let running = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let statement = "SELECT sleep(1), 'done'";
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{statement}",
            statement.len()
        )
        .expect("a request");
        Answer::read(stream)
    });
    server.until_it_runs("SELECT sleep(1), 'done'");
    assert!(server.stop().success());
    let answer = running.join().expect("it ended");
    assert!(answer.whole && answer.text() == "0\tdone\n", "{answer:?}");
}

#[test]
fn kill_9_in_the_middle_of_inserts() {
    let kills: u64 =
        std::env::var("STREAMHOUSE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(100);
    let folder = tempfile::tempdir().expect("a folder");
    let confirmed = Arc::new(Mutex::new(Vec::new()));
    let next = Arc::new(AtomicU64::new(0));
    let mut partly = 0;
    for kill in 0..=kills {
        let mut server = Program::start_in(folder.path(), &["--no-password"]);
        server.text(
            "CREATE TABLE IF NOT EXISTS t (batch UInt64, n UInt64) ENGINE = MergeTree ORDER BY (batch, n)",
        );
        check(&server, &confirmed.lock().expect("unpoisoned"));
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (confirmed, next, address) = (Arc::clone(&confirmed), Arc::clone(&next), server.address);
                std::thread::spawn(move || write_until_it_dies(address, &next, &confirmed))
            })
            .collect();
        // Somewhere within the first inserts, elsewhere each time.
        std::thread::sleep(Duration::from_millis(3 + (kill * 37) % 90));
        server.kill();
        partly += writers.into_iter().map(|writer| writer.join().expect("it ended")).sum::<u64>();
    }
    let confirmed = confirmed.lock().expect("unpoisoned");
    let server = Program::start_in(folder.path(), &["--no-password"]);
    check(&server, &confirmed);
    assert!(confirmed.len() as u64 > kills, "only {} batches were confirmed", confirmed.len());
    assert!(partly > kills / 2, "only {partly} batches were caught in the middle");
}

/// Every batch is whole or absent, and what was confirmed is there.
fn check(server: &Program, confirmed: &[u64]) {
    let text = server.text("SELECT batch, count(), uniqExact(n) FROM t GROUP BY batch");
    let counts: HashMap<u64, (u64, u64)> = text
        .lines()
        .map(|line| {
            let mut numbers = line.split('\t').map(|number| number.parse().expect("a number"));
            let mut next = || numbers.next().expect("three numbers");
            (next(), (next(), next()))
        })
        .collect();
    for (batch, count) in &counts {
        assert_eq!(*count, (ROWS, ROWS), "batch {batch} is there in part");
    }
    for batch in confirmed {
        assert!(counts.contains_key(batch), "batch {batch} was confirmed and is not there");
    }
}

/// Gives how many batches were on their way when it died.
fn write_until_it_dies(address: SocketAddr, next: &AtomicU64, confirmed: &Mutex<Vec<u64>>) -> u64 {
    loop {
        let batch = next.fetch_add(1, Ordering::Relaxed);
        let rows: String = (0..ROWS).map(|n| format!("{batch}\t{n}\n")).collect();
        let insert = || -> std::io::Result<Vec<u8>> {
            let mut stream = TcpStream::connect(address)?;
            write!(
                stream,
                "POST /?query={} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                encoded("INSERT INTO t FORMAT TSV"),
                rows.len()
            )?;
            let (first, second) = rows.as_bytes().split_at(rows.len() / 2);
            stream.write_all(first)?;
            stream.write_all(second)?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            Ok(answer)
        };
        match insert() {
            Ok(answer) if answer.starts_with(b"HTTP/1.1 200") => {
                confirmed.lock().expect("unpoisoned").push(batch)
            }
            Ok(answer) if !answer.is_empty() => panic!("{}", String::from_utf8_lossy(&answer)),
            _ => return 1,
        }
    }
}
