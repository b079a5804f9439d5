//! Workers that are late: whoever is no longer sure of its lease changes nothing.

use std::time::{Duration, Instant};

use redis::AsyncCommands;
use streamhouse::{StreamSchema, Worker};
use streamhouse_stack::Direction;
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "fence.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
}

const COUNT: &str = "SELECT count(), uniqExact(number) FROM fence_numbered";

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_cut_off_inserts_nothing_once_its_lease_may_be_over() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_secs(1);
    let house = place.house_with::<Numbered>().await;
    // As if thousands of inserts of others had come in between.
    let forgetful = "ALTER TABLE fence_numbered MODIFY SETTING non_replicated_deduplication_window = 1";
    place.clickhouse().query(forgetful).execute().await.expect("altered");

    let (redis, clickhouse, config) = place.through_proxies();
    house.send(&Numbered { number: 1 }).await.expect("sent");
    // Without a table the batch is cut and not inserted.
    let late = Worker::new(&config).expect("a worker");
    place.clickhouse().query("RENAME TABLE fence_numbered TO away").execute().await.expect("renamed");
    let running = tokio::spawn({
        let late = late.clone();
        async move { late.run_until(std::future::pending()).await }
    });
    let batches = format!("{}:{{fence.numbered:0}}:batches", place.name);
    let mut direct = place.redis().await;
    while direct.hlen::<_, u64>(&batches).await.expect("a length") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // From here on it hears nothing of Redis, and ClickHouse refuses it.
    clickhouse.refuse();
    clickhouse.cut();
    redis.black_hole(Direction::ToServer);
    redis.black_hole(Direction::ToClient);
    place.clickhouse().query("RENAME TABLE away TO fence_numbered").execute().await.expect("renamed");

    place.worker().drain().await.expect("drained");
    house.send(&Numbered { number: 2 }).await.expect("sent");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "2\t2\n");

    // ClickHouse is there again for the late one, which has its block ready.
    clickhouse.heal().expect("healed");
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(place.text(COUNT).await, "2\t2\n", "the late worker inserted again");
    running.abort();
}

/// Before its first batch of a lease a worker asks the table for its greatest batch id, which takes as long as the table is large. If
/// the lease ran out meanwhile, workers would take the partition from each other for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_answers_later_than_a_lease_ends_gets_its_rows() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_secs(1);
    let house = place.house_with::<Numbered>().await;
    let (_redis, clickhouse, config) = place.through_proxies();
    clickhouse.delay(Direction::ToClient, Duration::from_millis(1_800));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let worker = Worker::new(&config).expect("a worker");
            tokio::spawn(async move { worker.run_until(std::future::pending()).await })
        })
        .collect();
    house.send(&Numbered { number: 1 }).await.expect("sent");
    let sent = Instant::now();
    let mut direct = place.redis().await;
    let state = format!("{}:{{fence.numbered:0}}:state", place.name);
    let mut epoch: Option<u64> = None;
    while epoch.is_none() {
        epoch = direct.hget(&state, "epoch").await.expect("a lease");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while place.text(COUNT).await != "1\t1\n" {
        assert!(sent.elapsed() < Duration::from_secs(30), "nobody inserts");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let last: Option<u64> = direct.hget(&state, "epoch").await.expect("a lease");
    assert_eq!(last, epoch, "a worker lost its lease while it waited");
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A take-over reads what is new in the table: its old parts are left aside by their statistics, however many rows they have.
#[tokio::test(flavor = "multi_thread")]
async fn a_take_over_does_not_read_the_rows_of_older_batches() {
    const ROWS: u64 = 3_000_000;
    const READ: &str = "SELECT sum(value) FROM system.events WHERE event = 'SelectedRows'";
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    house.send(&Numbered { number: 1 }).await.expect("sent");
    place.worker().drain().await.expect("drained");
    // As if inserted and merged by and by.
    let before = format!(
        "INSERT INTO fence_numbered (number, _batch) SELECT number + 10, \
         (SELECT max(_batch) FROM fence_numbered) - bitShiftLeft(1 + number % 1000, 22) FROM numbers({ROWS}) SETTINGS insert_allow_materialized_columns = 1"
    );
    place.run(&before).await;
    place.run("OPTIMIZE TABLE fence_numbered FINAL").await;

    house.send(&Numbered { number: 2 }).await.expect("sent");
    let before: u64 = place.value(READ).await;
    place.worker().drain().await.expect("drained");
    let read = place.value::<u64>(READ).await - before;
    assert!(read < ROWS / 2, "{read} rows were read");
    assert_eq!(place.value::<u64>("SELECT count() FROM fence_numbered").await, ROWS + 2);
}

/// Whoever is told to end while a table does not answer has cut nothing, and ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_ends_while_a_table_does_not_answer() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    let (_redis, clickhouse, config) = place.through_proxies();
    let worker = Worker::new(&config).expect("a worker");
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move { worker.run_until(async { drop(ended.await) }).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    clickhouse.hold(Direction::ToClient);
    house.send(&Numbered { number: 1 }).await.expect("sent");
    let mut direct = place.redis().await;
    let state = format!("{}:{{fence.numbered:0}}:state", place.name);
    while direct.hget::<_, _, Option<u64>>(&state, "epoch").await.expect("an answer").is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // By then it has read the event and asks.
    tokio::time::sleep(Duration::from_secs(2)).await;
    end.send(()).expect("it runs");
    let ended = tokio::time::timeout(Duration::from_secs(10), running).await;
    ended.expect("it ends in time").expect("no panic").expect("no error");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "1\t1\n");
}
