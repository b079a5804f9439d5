//! ClickHouse and workers killed again and again, with each engine for which something is promised.

use std::time::Duration;

use streamhouse::{StreamSchema, Worker};
use streamhouse_stack::{Stack, StackOptions};
use streamhouse_tests::Place;
use tokio::task::JoinHandle;

use super::numbered;

const EVENTS: u64 = 120_000;
const KILLS: u64 = 8;

/// The last one of each key is what counts.
#[derive(StreamSchema)]
#[stream(name = "verify.latest", engine = ReplacingMergeTree(version), order_by = key)]
struct Latest {
    key: u64,
    version: u64,
}

/// There at least once.
#[derive(StreamSchema)]
#[stream(name = "verify.often", order_by = number, delivery = at_least_once)]
struct Often {
    #[stream(id)]
    number: u64,
}

/// Sends that many events while ClickHouse is killed, and each other time the worker too; what a query then finds.
async fn killed_again_and_again<E: StreamSchema>(
    name: &str,
    event: impl Fn(u64) -> E,
    query: &str,
) -> String {
    let mut stack = Stack::start(name, StackOptions::default()).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.worker.batch_rows = 2000;
    place.config.worker.lease = Duration::from_millis(500);
    let house = place.house_with::<E>().await;
    let (mut worker, mut running) = started(&place);
    let mut retries = 0;
    for number in 0..EVENTS {
        house.enqueue(&event(number)).expect("room");
        if number % (EVENTS / KILLS) == EVENTS / KILLS - 1 {
            // While there is something to insert, and at another point of an insert's life each time.
            let (before, kill) = (worker.status().rows, number / (EVENTS / KILLS));
            for _ in 0..1000 {
                if worker.status().rows > before {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(kill)).await;
            stack.clickhouse().expect("its own").kill();
            if kill % 2 == 1 {
                running.abort();
                retries += worker.status().retries;
                (worker, running) = started(&place);
            }
            stack.clickhouse().expect("its own").restart().expect("back");
        }
    }
    house.flush().await.expect("flushed");
    for _ in 0..3000 {
        if worker.backlog().await.expect("a number") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.abort();
    retries += worker.status().retries;
    assert!(retries > 0, "no kill hit an insert");
    let client = streamhouse_tests::client(&stack.clickhouse_url()).with_database(&place.name);
    let found: Vec<String> = client.query(query).fetch_all().await.expect("numbers");
    found.join(" ")
}

fn started(place: &Place) -> (Worker, JoinHandle<()>) {
    let worker = place.worker();
    let running = worker.clone();
    let running = tokio::spawn(async move {
        loop {
            // Where ClickHouse is away it does not begin.
            if running.run_until(std::future::pending()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    (worker, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_appends_has_each_event_once() {
    let query = "SELECT toString((count(), uniqExact(number), sum(number))) FROM verify_numbered";
    let found = killed_again_and_again("appends", numbered, query).await;
    assert_eq!(found, format!("({EVENTS},{EVENTS},{})", EVENTS * (EVENTS - 1) / 2));
}

/// Merges may take all rows of an insert before anybody has looked whether they were there.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_replaces_has_the_last_event_of_each_key() {
    const KEYS: u64 = 1000;
    let query = "SELECT toString((count(), uniqExact(key), sum(version), countIf(version % 1000 != key))) FROM verify_latest FINAL";
    let event = |number| Latest { key: number % KEYS, version: number };
    let found = killed_again_and_again("replaces", event, query).await;
    let last: u64 = (EVENTS - KEYS..EVENTS).sum();
    assert_eq!(found, format!("({KEYS},{KEYS},{last},0)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_takes_events_at_least_once_has_all_of_them() {
    let query = "SELECT toString((uniqExact(number), max(number), count() >= uniqExact(number), \
                 (SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = 'verify_often' AND name = '_batch'))) \
                 FROM verify_often";
    let found = killed_again_and_again("often", |number| Often { number }, query).await;
    assert_eq!(found, format!("({EVENTS},{},1,0)", EVENTS - 1));
}
