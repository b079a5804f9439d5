//! A ClickHouse that is away or has too much to do: it is asked less often, memory stays where it is, and all is there afterwards.

use std::time::Duration;

use streamhouse::{BreakerState, StreamSchema};
use streamhouse_stack::{Process, Stack, StackOptions};
use streamhouse_tests::{Place, command};

#[derive(StreamSchema)]
#[stream(name = "breaker.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    filling: String,
}

fn numbered(number: u64) -> Numbered {
    // Nothing that LZ4 makes small.
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let filling = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + (state >> 57) as u8 % 90)
    });
    Numbered { number, filling: filling.take(100).collect() }
}

const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM breaker_numbered";

fn counted(events: u64) -> String {
    format!("{events}\t{events}\t{}\n", events * (events - 1) / 2)
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what}: not within 30 seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_too_many_parts_is_asked_less_often_until_it_takes_some() {
    let mut place = Place::new();
    place.config.producer.partitions = 4;
    let house = place.house_with::<Numbered>().await;
    // One part for each number, and no more than two: TOO_MANY_PARTS.
    place.run("ALTER TABLE breaker_numbered MODIFY SETTING parts_to_throw_insert = 2, parts_to_delay_insert = 2").await;
    place.run("SYSTEM STOP MERGES breaker_numbered").await;
    for number in 0..2 {
        place.run(&format!("INSERT INTO breaker_numbered (number, filling) VALUES ({number}, '')")).await;
    }
    for number in 0..2000 {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.flush().await.expect("flushed");
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    until("it opens", || worker.status().breaker == BreakerState::Open).await;
    let before = worker.status().retries;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let asked = worker.status().retries - before;
    // Four partitions that wait for themselves would be some 24.
    assert!(asked <= 8, "{asked} attempts in four seconds");
    assert!(worker.status().problems.values().all(|error| error.is_retryable()), "{:?}", worker.status());
    place.run("ALTER TABLE breaker_numbered MODIFY SETTING parts_to_throw_insert = 3000, parts_to_delay_insert = 1000").await;
    until("it closes", || worker.status().breaker == BreakerState::Closed).await;
    let rows = || worker.status().rows == 2000;
    until("all are there", rows).await;
    running.abort();
    let found = place.text(&format!("{COUNT} WHERE filling != ''")).await;
    assert_eq!(found, counted(2000));
}

/// The memory of a process, in bytes.
fn memory(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes << 10
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn while_clickhouse_is_away_events_wait_in_redis_and_not_in_the_worker() {
    const EVENTS: u64 = 800_000;
    let mut stack = Stack::start("away", StackOptions::default()).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.producer.partitions = 2;
    let house = place.house_with::<Numbered>().await;
    house.send(&numbered(0)).await.expect("sent");
    let mut command = command(&place);
    command.args(["worker", "--batch-rows", "5000", "--batch-interval-ms", "50", "--lease-ms", "1000"]);
    let worker = Process::start("away-worker", &command, stack.folder()).expect("a worker");
    let watcher = place.worker();
    while watcher.backlog().await.expect("a number") > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stack.clickhouse().expect("its own").kill();
    let mut samples = Vec::new();
    for number in 1..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
        if number % (EVENTS / 8) == 0 {
            house.flush().await.expect("flushed");
            tokio::time::sleep(Duration::from_millis(300)).await;
            samples.push(memory(&worker) >> 20);
        }
    }
    house.flush().await.expect("flushed");
    // Some 90 MB wait. A partition holds two batches of 0.6 MB, one that is open, and what one read brings.
    assert!(samples.iter().all(|sample| *sample < 60), "{samples:?} MiB");
    assert!(samples[7 - 1] < samples[1] + 20, "{samples:?} MiB");
    stack.clickhouse().expect("its own").restart().expect("back");
    let back = std::time::Instant::now();
    let first = watcher.backlog().await.expect("a number");
    while watcher.backlog().await.expect("a number") == first {
        assert!(back.elapsed() < Duration::from_secs(3), "lease and two seconds");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..2400 {
        if watcher.backlog().await.expect("a number") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(worker);
    let client = streamhouse_tests::client(&stack.clickhouse_url()).with_database(&place.name);
    let found: (u64, u64) = client
        .query("SELECT count(), uniqExact(number) FROM breaker_numbered")
        .fetch_one()
        .await
        .expect("numbers");
    assert_eq!(found, (EVENTS, EVENTS));
}
