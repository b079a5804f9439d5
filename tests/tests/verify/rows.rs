//! What is missing goes in, and what is there does not go in again.

use std::time::{Duration, Instant};

use streamhouse::Worker;
use streamhouse_schema::sql;
use streamhouse_stack::Direction;
use streamhouse_tests::Place;

use super::views::{BESIDE, FILLED};
use super::{COUNT, ROWS, Unfinished, lose, numbered, whole};

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_known_token_hides_go_in() {
    for lost in ["number % 3 = 1", "number % 3 != 1", "1"] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::new(&mut place).await;
        lose(&place, "verify_numbered", lost).await;
        assert_ne!(place.text(COUNT).await, whole());
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole(), "after the loss of the rows with {lost}");
    }
}

/// A migration waits for those who look whether one has begun, and changes the table then.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_in_that_a_migration_has_overtaken() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::new(&mut place).await;
    for statement in sql::create_frames() {
        place.run(&statement).await;
    }
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    unfinished.put_back().await;
    let (_redis, clickhouse, config) = place.through_proxies();
    // Slow enough to be caught in between.
    clickhouse.delay(Direction::ToClient, Duration::from_millis(300));
    let worker = Worker::new(&config).expect("a worker");
    let running = tokio::spawn(async move { worker.run_until(std::future::pending()).await });
    let began = Instant::now();
    while place.text(FILLED).await.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(30));
    }
    let seam = |closed: bool| {
        format!(
            "INSERT INTO {} (table, closed, why) VALUES ('verify_numbered', {closed}, 'a test')",
            sql::SEAMS
        )
    };
    place.run(&seam(true)).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_ne!(place.text(COUNT).await, whole(), "it was inserted behind a closed seam");
    place.run(&seam(false)).await;
    running.abort();
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, whole());
    assert_eq!(place.text(BESIDE).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insert_that_the_table_has_forgotten_is_not_repeated() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::new(&mut place).await;
    let forgetful = "ALTER TABLE verify_numbered MODIFY SETTING non_replicated_deduplication_window = 1";
    place.clickhouse().query(forgetful).execute().await.expect("altered");
    let house = place.house().await;
    house.send(&numbered(ROWS)).await.expect("sent");
    place.worker().drain().await.expect("drained");
    unfinished.put_back().await;
    place.worker().drain().await.expect("drained");
    let rows = place.text("SELECT count(), uniqExact(number) FROM verify_numbered").await;
    assert_eq!(rows, format!("{0}\t{0}\n", ROWS + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_a_dead_worker_may_have_used_is_not_trusted() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::new(&mut place).await;
    // The first token and the second are known, and the rows of neither are there.
    for _ in 0..2 {
        lose(&place, "verify_numbered", "number % 3 = 2").await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole());
        // What the worker recorded before it used the second token.
        for (_, record) in &mut unfinished.batches {
            let hash = record.find("\"hash\":\"").expect("a hash") + 8 + 16 + 1;
            if !record.contains("tokens") {
                record.insert_str(hash, ",\"tokens\":1");
            }
        }
    }
}
