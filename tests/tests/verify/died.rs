//! A worker that dies while it completes an insert, at each of its requests: the next one completes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use streamhouse::Worker;
use streamhouse_stack::Direction;
use streamhouse_tests::Place;

use super::deleted::whole_without;
use super::views::{BESIDE, SUMMED, SUMS, VIEW, VIEWED, fed};
use super::{COUNT, ROWS, Unfinished, delete, lose, whole};

/// What there is to complete.
#[derive(Clone, Copy, Debug)]
enum Lacks {
    /// Partitions of a table without views, of which some rows were deleted meanwhile.
    DeletedRows,
    /// Partitions of the table, and others of a view that says so.
    RowsAndView,
    /// Partitions of a table over which a view hangs that takes everything.
    PastAView,
}

/// The requests with which a worker gets to know a table: what follows begins behind them.
const FIRST: u64 = 6;

/// How a worker has ended.
enum End {
    /// It had nothing left to do.
    Done,
    /// It died, and this was beside the table.
    Died(String),
}

/// A worker dies in place of a request or of a response of this number.
async fn dies_at(lacks: Lacks, way: Direction, number: u64) -> End {
    let mut place = Place::new();
    place.config.worker.lease = Duration::from_millis(500);
    place.config.worker.batch_interval = Duration::from_millis(5);
    let mut unfinished = match lacks {
        Lacks::DeletedRows => Unfinished::new(&mut place).await,
        Lacks::RowsAndView => Unfinished::behind(&mut place, &[SUMS, &fed()]).await,
        Lacks::PastAView => Unfinished::behind(&mut place, &[VIEW]).await,
    };
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    match lacks {
        Lacks::DeletedRows => {
            delete(&place, "ALTER TABLE verify_numbered DELETE WHERE number IN (3, 4)").await;
        }
        Lacks::RowsAndView => lose(&place, "verify_sums", "rest = 2").await,
        Lacks::PastAView => {}
    }
    unfinished.put_back().await;
    let (_redis, clickhouse, config) = place.through_proxies();
    clickhouse.cut_at(way, number);
    let dying = Worker::new(&config).expect("a worker");
    let running = tokio::spawn({
        let dying = dying.clone();
        async move { dying.run_until(std::future::pending()).await }
    });
    let next = place.worker();
    let began = Instant::now();
    while clickhouse.counts().cut == 0 && next.backlog().await.expect("a number") > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", dying.status());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    running.abort();
    let beside = place.text(BESIDE).await;
    next.drain().await.expect("drained");
    let at = format!("{lacks:?}, {way:?}, {number}");
    let there = match lacks {
        Lacks::DeletedRows => whole_without(|number| number == 3 || number == 4),
        Lacks::RowsAndView | Lacks::PastAView => whole(),
    };
    assert_eq!(place.text(COUNT).await, there, "{at}");
    let third = ROWS / 3;
    match lacks {
        Lacks::DeletedRows => {}
        Lacks::RowsAndView => {
            assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n2\t{third}\n"), "{at}");
        }
        Lacks::PastAView => {
            assert_eq!(place.text(VIEWED).await, format!("{third}\n{third}\n{third}\n"), "{at}");
        }
    }
    assert_eq!(place.text(BESIDE).await, "", "{at}");
    if clickhouse.counts().cut > 0 { End::Died(beside) } else { End::Done }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_at_any_request_of_a_completion_leaves_it_to_the_next() {
    let mut trials = Vec::new();
    for lacks in [Lacks::DeletedRows, Lacks::RowsAndView, Lacks::PastAView] {
        for way in [Direction::ToServer, Direction::ToClient] {
            // At each number one of the two: both would take twice as long.
            let first = FIRST + u64::from(way == Direction::ToClient);
            let (next, end) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicU64::new(u64::MAX)));
            let between = Arc::new(AtomicU64::new(0));
            for _ in 0..3 {
                let (next, end, between) = (Arc::clone(&next), Arc::clone(&end), Arc::clone(&between));
                trials.push(tokio::spawn(async move {
                    loop {
                        let number = next.fetch_add(2, Ordering::Relaxed);
                        if number >= end.load(Ordering::Relaxed) {
                            return (lacks, way, between);
                        }
                        match dies_at(lacks, way, number).await {
                            End::Done => drop(end.fetch_min(number, Ordering::Relaxed)),
                            End::Died(beside) if !beside.is_empty() => {
                                between.fetch_add(1, Ordering::Relaxed);
                            }
                            End::Died(_) => {}
                        }
                    }
                }));
            }
        }
    }
    for trial in trials {
        let (lacks, way, between) = trial.await.expect("a trial");
        let between = between.load(Ordering::Relaxed);
        println!("{lacks:?}, {way:?}: died {between} times with a table beside");
        assert!(between >= 4, "{lacks:?}, {way:?}: {between} times in the midst of it only");
    }
}
