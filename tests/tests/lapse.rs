//! A Redis that knows less than it did, or whose clock was put back.

use std::time::{Duration, Instant};

use redis::AsyncCommands;
use streamhouse::StreamSchema;
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "lapse.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
}

async fn send_and_drain(place: &Place, number: u64) {
    let house = place.house_with::<Numbered>().await;
    house.send(&Numbered { number }).await.expect("sent");
    house.close().await.expect("closed");
    place.worker().drain().await.expect("drained");
}

fn key(place: &Place, kind: &str) -> String {
    format!("{}:{{lapse.numbered:0}}:{kind}", place.name)
}

/// In milliseconds since 1970, by Redis' clock.
async fn now(redis: &mut redis::aio::MultiplexedConnection) -> u64 {
    let (seconds, _): (u64, u64) = redis::cmd("TIME").query_async(redis).await.expect("the time");
    seconds * 1000
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_does_not_come_again_after_a_flush() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    send_and_drain(&place, 1).await;
    let mut redis = place.redis().await;
    let before: u64 = redis.hget(key(&place, "state"), "epoch").await.expect("an epoch");
    let _: () = redis.del(key(&place, "state")).await.expect("flushed");
    send_and_drain(&place, 2).await;
    let after: u64 = redis.hget(key(&place, "state"), "epoch").await.expect("an epoch");
    assert!(after > before, "{after} after {before}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_gets_an_id_above_all_in_the_table_whatever_redis_knows() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    send_and_drain(&place, 1).await;
    // As after a flush and a clock that was put back by a year.
    let future: u64 =
        place.text("SELECT max(_batch) FROM lapse_numbered").await.trim().parse().expect("an id");
    let future = future + (365 * 24 * 60 * 60 * 1000 << 22);
    place
        .clickhouse()
        .query(&format!("INSERT INTO lapse_numbered (number, _batch) VALUES (2, {future})"))
        .with_setting("insert_allow_materialized_columns", "1")
        .execute()
        .await
        .expect("inserted");
    let mut redis = place.redis().await;
    let _: () = redis.del(key(&place, "state")).await.expect("flushed");
    send_and_drain(&place, 3).await;
    let above = format!("SELECT number, _batch > {future} FROM lapse_numbered ORDER BY number");
    assert_eq!(place.text(&above).await, "1\t0\n2\t0\n3\t1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_worker_s_lease_ends_though_the_clock_was_put_back() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_secs(1);
    let mut redis = place.redis().await;
    let hour = now(&mut redis).await + 60 * 60 * 1000;
    let lease = [("owner", "dead".to_string()), ("expires", hour.to_string()), ("lease", "1000".into())];
    let _: () = redis.hset_multiple(key(&place, "state"), &lease).await.expect("a lease");
    let start = Instant::now();
    send_and_drain(&place, 1).await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(place.text("SELECT count() FROM lapse_numbered").await, "1\n");
}
