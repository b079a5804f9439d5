//! A Redis that is full, flushed, a replica, or trimmed by others: said loudly, and what is there is inserted.

use std::time::Duration;

use redis::AsyncCommands;
use streamhouse::{Config, Error, StreamHouse, StreamSchema, Worker, WorkerStatus};
use streamhouse_stack::{Folder, Redis, RedisOptions, Stack, StackOptions};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "gone.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    filling: String,
}

fn numbered(number: u64) -> Numbered {
    Numbered { number, filling: "x".repeat(200) }
}

const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM gone_numbered";

fn counted(numbers: impl Iterator<Item = u64> + Clone) -> String {
    format!("{0}\t{0}\t{1}\n", numbers.clone().count(), numbers.sum::<u64>())
}

async fn place_of_one_partition() -> (Place, StreamHouse) {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    (place, house)
}

async fn drained(place: &Place) -> WorkerStatus {
    place.worker().drain().await.expect("drained")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_trim_is_said_with_its_ids_and_the_rest_is_inserted() {
    let (place, house) = place_of_one_partition().await;
    for number in 0..5 {
        house.send(&numbered(number)).await.expect("sent");
    }
    assert!(drained(&place).await.alarms.is_empty());
    let mut entries = Vec::new();
    for number in 5..15 {
        entries.push(house.send(&numbered(number)).await.expect("sent"));
    }
    let stream = format!("{}:{{gone.numbered:0}}:stream", place.name);
    let mut redis = place.redis().await;
    let ids: Vec<(String, redis::Value)> =
        redis::cmd("XRANGE").arg(&stream).arg("-").arg("+").query_async(&mut redis).await.expect("entries");
    let trimmed: u64 =
        redis::cmd("XTRIM").arg(&stream).arg("MAXLEN").arg(6).query_async(&mut redis).await.expect("trimmed");
    assert_eq!(trimmed, 4);
    let status = drained(&place).await;
    let alarm = &status.alarms["gone.numbered:0"];
    assert!(
        alarm.starts_with("4 entries of the stream are gone that nobody has inserted, with ids between "),
        "{alarm}"
    );
    assert!(alarm.contains(&format!(" and {}", ids[4].0)), "{alarm}");
    assert_eq!(place.text(COUNT).await, counted((0..5).chain(9..15)));
    // It is said once, also by others.
    house.send(&numbered(15)).await.expect("sent");
    assert!(drained(&place).await.alarms.is_empty());
    // One that is deleted while a worker runs.
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    let _: () = redis::pipe()
        .atomic()
        .cmd("XADD")
        .arg(&stream)
        .arg("*")
        .arg("f")
        .arg("x")
        .cmd("XTRIM")
        .arg(&stream)
        .arg("MAXLEN")
        .arg(0)
        .ignore()
        .query_async::<redis::Value>(&mut redis)
        .await
        .map(drop)
        .expect("added and trimmed");
    for _ in 0..100 {
        if !worker.status().alarms.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.abort();
    assert!(worker.status().alarms["gone.numbered:0"].starts_with("1 entries of the stream are gone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_deleted_is_said() {
    let (place, house) = place_of_one_partition().await;
    for number in 0..5 {
        house.send(&numbered(number)).await.expect("sent");
    }
    drained(&place).await;
    let mut redis = place.redis().await;
    let stream = format!("{}:{{gone.numbered:0}}:stream", place.name);
    let _: () = redis.del(&stream).await.expect("deleted");
    let _: () = redis::cmd("XGROUP")
        .arg(&["CREATE", &stream, "streamhouse", "0", "MKSTREAM"])
        .query_async(&mut redis)
        .await
        .expect("made");
    let worker = place.worker();
    worker.run_until(tokio::time::sleep(Duration::from_secs(1))).await.expect("a clean end");
    let alarm = worker.status().alarms["gone.numbered:0"].clone();
    assert!(alarm.starts_with("the stream was deleted: entries up to "), "{alarm}");
    house.send(&numbered(5)).await.expect("sent");
    drained(&place).await;
    assert_eq!(place.text(COUNT).await, counted(0..6));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_flush_ids_are_above_all_that_the_table_knows() {
    let (place, house) = place_of_one_partition().await;
    house.send(&numbered(0)).await.expect("sent");
    drained(&place).await;
    // As if the clock had gone back by an hour since.
    place
        .clickhouse()
        .query("INSERT INTO gone_numbered (number, filling, _batch) SELECT 1, '', max(_batch) + bitShiftLeft(3600000, 22) + 5 FROM gone_numbered")
        .with_setting("insert_allow_materialized_columns", "1")
        .execute()
        .await
        .expect("inserted");
    let mut redis = place.redis().await;
    let keys: Vec<String> = redis.keys(format!("{}:*", place.name)).await.expect("keys");
    let _: () = redis.del(keys).await.expect("deleted");
    let house = place.house().await;
    for number in 2..10 {
        house.send(&numbered(number)).await.expect("sent");
    }
    let status = drained(&place).await;
    let alarm = &status.alarms["gone.numbered:0"];
    assert!(
        alarm.starts_with("Redis knows no batch, and table `gone_numbered` has rows of batch "),
        "{alarm}"
    );
    assert_eq!(place.text(COUNT).await, counted(0..10));
    let above = "SELECT count() FROM gone_numbered WHERE _batch > (SELECT max(_batch) FROM gone_numbered WHERE number = 1)";
    assert_eq!(place.value::<u64>(above).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_is_said_and_workers_make_room_in_it() {
    const EVENTS: u64 = 60_000;
    let mut options = StackOptions::default();
    options.redis.maxmemory = Some(6 << 20);
    let stack = Stack::start("full", options).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.producer.partitions = 2;
    place.config.producer.send_timeout = Duration::from_secs(60);
    let house = std::sync::Arc::new(place.house_with::<Numbered>().await);
    let sending = tokio::task::spawn_blocking({
        let house = std::sync::Arc::clone(&house);
        move || (0..EVENTS).for_each(|number| house.enqueue(&numbered(number)).expect("room"))
    });
    // Until it is full, and stays so.
    let mut redis = place.redis().await;
    let full = async |redis: &mut redis::aio::MultiplexedConnection| {
        let set: redis::RedisResult<()> =
            redis.set(format!("{}:probe", place.name), "x".repeat(64 << 10)).await;
        set.is_err_and(|error| error.code() == Some("OOM"))
    };
    while !full(&mut redis).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let waiting: u64 = place.worker().backlog().await.expect("a number");
    assert!(waiting > 10, "{waiting}");
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    sending.await.expect("sent");
    house.flush().await.expect("flushed");
    for _ in 0..600 {
        if worker.backlog().await.is_ok_and(|backlog| backlog == 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    running.abort();
    assert_eq!(place.text(COUNT).await, counted(0..EVENTS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_and_a_replica_say_what_is_to_be_done() {
    let folder = Folder::create("full-or-replica").expect("a folder");
    let options = RedisOptions { maxmemory: Some(1 << 20), ..RedisOptions::default() };
    let primary = Redis::start(&folder, "primary", &options).expect("a Redis");
    let password = Some(primary.password().to_string());
    let options = RedisOptions { replica_of: Some(primary.port()), password, ..RedisOptions::default() };
    let replica = Redis::start(&folder, "replica", &options).expect("a replica");
    let place = Place::new();
    for (url, code, help) in [
        (replica.url(), "READONLY", "it has to lead to the primary"),
        (primary.url(), "OOM", "give it memory"),
    ] {
        let mut config = Config::new(&url, "http://127.0.0.1:1").expect("settings");
        config.redis.prefix = place.name.clone();
        config.producer.send_timeout = Duration::from_millis(500);
        let house = StreamHouse::connect(config.clone()).await.expect("a house");
        let error = house.send(&numbered(1)).await.expect_err("refused");
        let said = error.to_string();
        assert!(said.contains(help), "{said}");
        if code == "READONLY" {
            config.clickhouse = place.config.clickhouse.clone();
            let worker = Worker::new(&config).expect("a worker");
            let ended = worker.run_until(tokio::time::sleep(Duration::from_secs(1))).await;
            let problem = worker.status().problems.remove("(all)").or(ended.err()).expect("a problem");
            assert!(
                matches!(&problem, Error::Redis { code, retryable: true, .. } if code == "READONLY"),
                "{problem}"
            );
        }
    }
}
