//! Mixed load for a while: memory stays flat. `STREAMHOUSE_SOAK_SECONDS` says for how long; fifteen without it.

mod common;

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Program, encoded};

const MIB: u64 = 1 << 20;

#[test]
fn memory_stays_flat_under_mixed_load() {
    let seconds: u64 =
        std::env::var("STREAMHOUSE_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(15);
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a");
    let (over, requests) = (AtomicBool::new(false), AtomicU64::new(0));
    let rows: String = (0..5_000).map(|row| format!("{row}\tsome text of row {row}\n")).collect();
    let coded = zstd::bulk::compress(rows.as_bytes(), 1).expect("zstd");
    let insert = format!("query={}", encoded("INSERT INTO t FORMAT TSV"));
    let work: Vec<Box<dyn Fn(u64) + Send + Sync>> = vec![
        Box::new(|_| assert_eq!(server.post(&insert, &rows).status, 200)),
        Box::new(|_| {
            assert_eq!(server.send("POST", &insert, &[("Content-Encoding", "zstd")], &coded).status, 200);
        }),
        Box::new(|_| {
            let answer = server.post("compress=1", "SELECT * FROM t LIMIT 20000");
            assert!(answer.status == 200 && answer.whole);
        }),
        Box::new(|_| {
            let headers = [("Accept-Encoding", "gzip")];
            assert!(server.send("POST", "", &headers, b"SELECT a % 100, count() FROM t GROUP BY 1").whole);
        }),
        Box::new(|_| {
            assert_eq!(
                server.post("wait_end_of_query=1", "SELECT throwIf(number > 10) FROM numbers(100)").code(),
                395
            )
        }),
        Box::new(|_| assert_eq!(server.post("", "SELECT nope").code(), 47)),
        Box::new(|turn| {
            // Sessions that nobody comes back to.
            let session = format!("session_id=s{turn}&session_timeout=1");
            assert_eq!(server.post(&session, "CREATE TEMPORARY TABLE mine (a UInt8)").status, 200);
        }),
        Box::new(|_| {
            let answer = server
                .post("", "INSERT INTO t SELECT a, toString(a) FROM input('a UInt64') FORMAT TSV\n1\n2\n");
            assert_eq!(answer.status, 200, "{}", answer.text());
        }),
        Box::new(|_| {
            // A client that leaves in the middle of a long answer, and one in the middle of its body.
            let statement = "SELECT number FROM numbers(100000000)";
            let mut stream = server.connect();
            let length = statement.len();
            let _ = write!(
                stream,
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{statement}"
            );
            std::thread::sleep(Duration::from_millis(20));
            drop(stream);
            let mut stream = server.connect();
            let _ = write!(
                stream,
                "POST /?{insert} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{rows}"
            );
        }),
    ];
    let start = Instant::now();
    let mut samples = Vec::new();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (work, over, requests) = (&work, &over, &requests);
            scope.spawn(move || {
                let mut turn = worker;
                while !over.load(Ordering::Relaxed) {
                    work[turn as usize % work.len()](turn);
                    requests.fetch_add(1, Ordering::Relaxed);
                    turn += 4;
                    // Four workers and nine kinds of work: each worker comes to each kind.
                }
            });
        }
        while start.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_millis(500));
            samples.push(server.memory());
            // What is stored does not count, and merges of it would.
            if samples.len() % 4 == 0 {
                server.text("TRUNCATE TABLE t");
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    let most = |part: &[u64]| part.iter().copied().max().unwrap_or_default();
    let (early, late) = samples.split_at(samples.len() / 2);
    let (early, late) = (most(early), most(late));
    eprintln!(
        "{} requests in {seconds} s; memory at most {} MiB in the first half, {} MiB in the second",
        requests.load(Ordering::Relaxed),
        early / MIB,
        late / MIB
    );
    assert!(late < early + early / 5 + 100 * MIB, "{} MiB, then {} MiB", early / MIB, late / MIB);
    // The queries of clients that have just left end soon, not at once.
    let end = Instant::now() + Duration::from_secs(20);
    while server.text("SELECT count() FROM system.processes") != "1" {
        assert!(Instant::now() < end, "{}", server.text("SELECT query FROM system.processes"));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
