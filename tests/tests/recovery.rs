//! However long a server was away: once it is back, the backlog begins to drain within lease + 2 s.

use std::time::{Duration, Instant};

use streamhouse::{BreakerState, StreamSchema, Worker};
use streamhouse_stack::{Direction, Persistence, Stack, StackOptions};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "recovery.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
}

const PAUSE: Duration = Duration::from_millis(5);
const LEASE: Duration = Duration::from_secs(1);
/// So long that whoever waits longer after each failure waits long.
const AWAY: Duration = Duration::from_secs(12);

#[derive(Clone, Copy, PartialEq)]
enum Server {
    Redis,
    ClickHouse,
}

/// Waits until the worker has inserted more than so many rows, which is to be soon.
async fn drains(worker: &Worker, before: u64, back: Instant) {
    // What the machine does not let this test itself do is nobody's delay.
    let mut held_up = Duration::ZERO;
    while worker.status().rows == before {
        let limit = LEASE + Duration::from_secs(2) + 2 * held_up;
        assert!(back.elapsed() < limit, "{:?} after {limit:?}", worker.status());
        let asleep = Instant::now();
        tokio::time::sleep(PAUSE).await;
        held_up += asleep.elapsed().saturating_sub(2 * PAUSE);
    }
}

async fn drains_after(server: Server) {
    let mut options = StackOptions::default();
    options.redis.persistence = Persistence::Always;
    let mut stack = Stack::start("recovery", options).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.worker.lease = LEASE;
    let house = place.house_with::<Numbered>().await;
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    house.send(&Numbered { number: 0 }).await.expect("sent");
    while worker.status().rows < 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if server == Server::ClickHouse {
        stack.clickhouse().expect("its own").kill();
    }
    for number in 1..100 {
        house.send(&Numbered { number }).await.expect("sent");
    }
    if server == Server::Redis {
        stack.redis().expect("its own").kill();
    }
    tokio::time::sleep(AWAY).await;
    let before = worker.status().rows;
    match server {
        Server::Redis => stack.redis().expect("its own").restart().expect("back"),
        Server::ClickHouse => stack.clickhouse().expect("its own").restart().expect("back"),
    }
    let back = Instant::now();
    if server == Server::Redis {
        // By another producer: the one that was there has its own patience.
        place.house().await.send(&Numbered { number: 100 }).await.expect("sent");
    }
    drains(&worker, before, back).await;
    running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backlog_drains_soon_after_clickhouse_is_back() {
    drains_after(Server::ClickHouse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backlog_drains_soon_after_redis_is_back() {
    drains_after(Server::Redis).await;
}

/// A server that was just started has compiled nothing, and does that for one at a time while others wait: longer than most of what
/// workers ask and insert takes.
#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_compiles_nothing_for_workers() {
    const MET: u64 = 10;
    let stack = Stack::start("recovery", StackOptions::default()).expect("a stack");
    let place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    let house = place.house_with::<Numbered>().await;
    place
        .run(
            "CREATE MATERIALIZED VIEW recovery_sums ENGINE = SummingMergeTree ORDER BY rest AS \
             SELECT (number * 7 + 3) % 4 AS rest, count() AS events, sum(number * 2 + number % 3) AS weight \
             FROM recovery_numbered WHERE number % 5 != 1 OR number * 3 > 4 GROUP BY rest ORDER BY rest",
        )
        .await;
    // An expression is compiled once it was met a few times (`min_count_to_compile_expression`).
    for number in 0..MET {
        house.send(&Numbered { number }).await.expect("sent");
        place.worker().drain().await.expect("drained");
    }
    assert_eq!(place.text("SELECT count() FROM recovery_numbered").await, format!("{MET}\n"));
    let compiled = "SELECT count() FROM system.events WHERE event = 'CompileFunction'";
    assert_eq!(place.text(compiled).await, "0\n");
    // For others it does.
    for _ in 0..MET {
        place.text("SELECT sum((number * 7 + 3) % 4 + number * 2) FROM recovery_numbered WHERE number % 5 != 1 OR number * 3 > 4").await;
    }
    assert_eq!(place.text(compiled).await, "1\n");
}

/// One partition of a worker asks for all whether ClickHouse is there again. Where it is lost in the middle, nobody hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_is_broken_off_holds_nobody_up() {
    let mut place = Place::new();
    place.config.worker.lease = LEASE;
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    let (redis, clickhouse, config) = place.through_proxies();
    let worker = Worker::new(&config).expect("a worker");
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    let until = async |is_so: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}", worker.status());
            tokio::time::sleep(PAUSE).await;
        }
    };
    house.send(&Numbered { number: 0 }).await.expect("sent");
    until(&|| worker.status().rows == 1).await;
    clickhouse.refuse();
    clickhouse.cut();
    house.send(&Numbered { number: 1 }).await.expect("sent");
    until(&|| worker.status().breaker == BreakerState::Open).await;
    // It listens, and nothing is answered.
    clickhouse.heal().expect("it listens");
    clickhouse.black_hole(Direction::ToServer);
    until(&|| worker.status().breaker == BreakerState::HalfOpen).await;
    // The worker notices when it extends its lease, and begins anew.
    redis.cut();
    tokio::time::sleep(LEASE).await;
    clickhouse.heal().expect("it listens");
    drains(&worker, 1, Instant::now()).await;
    running.abort();
}
