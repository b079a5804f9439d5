//! Rows that ClickHouse refuses: they alone are set aside, and everything else is there once.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use redis::AsyncCommands;
use streamhouse::{Error, SinkError, StreamSchema};
use streamhouse_stack::Process;
use streamhouse_tests::{Place, command};

/// Numbered, over two partitions of its table, which takes no number with this ending.
#[derive(StreamSchema)]
#[stream(
    name = "refused.numbered",
    order_by = number,
    partition_by = number % 2,
    check(no_poison: note != "poison"),
)]
struct Numbered {
    #[stream(id)]
    number: u64,
    note: String,
    tags: Vec<String>,
}

fn numbered(number: u64, poisoned: bool) -> Numbered {
    let note = if poisoned { "poison".into() } else { format!("note {number}") };
    Numbered { number, note, tags: vec![number.to_string(); (number % 4) as usize] }
}

const COUNT: &str = "SELECT count(), uniqExact(number), sum(number), countIf(tags != arrayMap(x -> toString(number), range(number % 4))) FROM refused_numbered";
const EVENTS: u64 = 10_000;
const BAD: [u64; 7] = [0, 1, 2_500, 4_999, 7_777, 9_998, 9_999];

fn expected() -> String {
    let rows = EVENTS - BAD.len() as u64;
    format!("{rows}\t{rows}\t{}\t0\n", EVENTS * (EVENTS - 1) / 2 - BAD.iter().sum::<u64>())
}

async fn sent(place: &Place) {
    let house = place.house_with::<Numbered>().await;
    for number in 0..EVENTS {
        house.enqueue(&numbered(number, BAD.contains(&number))).expect("room");
    }
    house.flush().await.expect("flushed");
}

/// What lies in a partition's stream of dead letters, in order.
async fn letters(place: &Place) -> Vec<BTreeMap<String, String>> {
    let mut redis = place.redis().await;
    let key = format!("{}:{{refused.numbered:0}}:dead", place.name);
    let all: Vec<(String, HashMap<String, Vec<u8>>)> =
        redis::cmd("XRANGE").arg(key).arg("-").arg("+").query_async(&mut redis).await.expect("letters");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    all.into_iter()
        .map(|(_, fields)| fields.into_iter().map(|(name, value)| (name, text(value))).collect())
        .collect()
}

async fn assert_sifted(place: &Place) {
    assert_eq!(place.text(COUNT).await, expected());
    let letters = letters(place).await;
    assert_eq!(letters.len(), BAD.len(), "{letters:?}");
    for letter in &letters {
        assert_eq!((&letter["code"][..], &letter["event"][..]), ("469", "refused.numbered"));
        assert!(letter["reason"].contains("no_poison"), "{letter:?}");
        assert!(letter["f"].starts_with("SHFR") && letter["rows"].parse::<u32>().is_ok());
        assert!(letter["attempt"].parse::<u32>().is_ok_and(|attempt| attempt > 8), "{letter:?}");
        for field in ["entry", "batch", "worker", "time"] {
            assert!(!letter[field].is_empty());
        }
    }
    // Nothing is left behind.
    let mut redis = place.redis().await;
    let base = format!("{}:{{refused.numbered:0}}", place.name);
    assert_eq!(redis.hlen::<_, u64>(format!("{base}:batches")).await, Ok(0));
    assert_eq!(redis.xlen::<_, u64>(format!("{base}:stream")).await, Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_violated_check_sets_aside_the_rows_that_violate_it_and_no_others() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    sent(&place).await;
    let status = place.worker().drain().await.expect("drained");
    assert_eq!((status.rows, status.parked), (EVENTS - 7, 7));
    assert!(status.retries < 200, "{status:?}");
    assert_sifted(&place).await;
}

fn worker_process(place: &Place) -> Process {
    let mut command = command(place);
    command.args(["worker", "--batch-interval-ms", "50", "--lease-ms", "500"]);
    let stack = streamhouse_stack::shared().expect("a stack");
    Process::start(&format!("sifting-{}", place.name), &command, stack.folder()).expect("a worker")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_while_it_divides_a_batch_loses_and_doubles_nothing() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    sent(&place).await;
    let mut redis = place.redis().await;
    let batches = format!("{}:{{refused.numbered:0}}:batches", place.name);
    let mut kills = 0;
    let mut worker = worker_process(&place);
    let mut before = String::new();
    for round in 0.. {
        assert!(round < 3000, "it does not end after {kills} kills: {before}");
        let records: Vec<(String, String)> = redis.hgetall(&batches).await.expect("batches");
        let divided = records.iter().find(|(_, record)| record.contains("\"format\":2"));
        match divided {
            // Each time a little further, at another point of a piece's life.
            Some((_, record)) if kills < 12 && *record != before => {
                before.clone_from(record);
                tokio::time::sleep(Duration::from_millis(3 * kills)).await;
                worker.kill();
                kills += 1;
                worker = worker_process(&place);
            }
            _ if place.worker().backlog().await.expect("a number") == 0 => break,
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    drop(worker);
    assert!(kills >= 5, "{kills} kills");
    assert_sifted(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_everything_is_refused_the_event_stops_instead_of_setting_it_aside() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    for number in 0..EVENTS {
        house.enqueue(&numbered(number, true)).expect("room");
    }
    house.flush().await.expect("flushed");
    let error = place.worker().drain().await.expect_err("refused");
    assert!(matches!(error, Error::Sink(SinkError::AllRefused { .. })), "{error}");
    assert!(error.to_string().contains("no_poison"), "{error}");
    assert_eq!(letters(&place).await.len(), 0);
    // Once the table takes them, they go in.
    place.run("ALTER TABLE refused_numbered DROP CONSTRAINT no_poison").await;
    place.worker().drain().await.expect("drained");
    let dead: usize = letters(&place).await.iter().map(|letter| letter["rows"].split(',').count()).sum();
    assert!(dead < 100, "{dead}");
    let rows: u64 = place.value("SELECT uniqExact(number) FROM refused_numbered").await;
    assert_eq!(rows + dead as u64, EVENTS);
    assert_eq!(place.value::<u64>("SELECT count() FROM refused_numbered").await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_bad_rows_than_may_be_set_aside_stop_the_event() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    place.config.worker.refused_rows = 3;
    sent(&place).await;
    let error = place.worker().drain().await.expect_err("refused");
    assert!(matches!(error, Error::Sink(SinkError::ManyRefused { limit: 3, .. })), "{error}");
    place.config.worker.refused_rows = 7;
    place.worker().drain().await.expect("drained");
    assert_sifted(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_refuses_a_row_stops_the_event_and_is_served_once_it_is_mended() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    place.run("CREATE TABLE seen (number UInt64, length Int64) ENGINE = MergeTree ORDER BY number SETTINGS non_replicated_deduplication_window = 1000").await;
    place.run("CREATE MATERIALIZED VIEW seen_view TO seen AS SELECT number, toInt64(splitByChar(' ', note)[2]) AS length FROM refused_numbered").await;
    for number in 0..100 {
        let note = if number == 50 { "no number".into() } else { format!("note {number}") };
        house.enqueue(&Numbered { number, note, tags: Vec::new() }).expect("room");
    }
    house.flush().await.expect("flushed");
    for _ in 0..2 {
        // Also for whoever takes it over.
        let error = place.worker().drain().await.expect_err("refused");
        assert!(matches!(error, Error::Sink(SinkError::ViewRefuses { found: 100, .. })), "{error}");
    }
    place.run("ALTER TABLE seen_view MODIFY QUERY SELECT number, toInt64OrZero(splitByChar(' ', note)[2]) AS length FROM refused_numbered").await;
    place.worker().drain().await.expect("drained");
    let both = "SELECT count(), uniqExact(number) FROM refused_numbered UNION ALL SELECT count(), uniqExact(number) FROM seen";
    assert_eq!(place.text(both).await, "100\t100\n100\t100\n");
    assert_eq!(letters(&place).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_have_the_names_of_the_engine() {
    let place = Place::new();
    place.create_database().await;
    let codes: Vec<String> = streamhouse::reactions::CLICKHOUSE
        .iter()
        .map(|row| format!("errorCodeToName({}) = '{}'", row.code, row.name))
        .collect();
    for code in codes {
        assert_eq!(place.value::<u8>(&format!("SELECT {code}")).await, 1, "{code}");
    }
}

/// ClickHouse says that it has read beyond the end (code 32) both of a text that is too short for a number, and of a request that was
/// cut on its way.
#[derive(StreamSchema)]
#[stream(name = "refused.short", order_by = number, column(parsed: Int128 = toInt128(text), materialized))]
struct Short {
    number: u64,
    text: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_short_for_a_number_is_set_aside_and_not_tried_for_ever() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Short>().await;
    for number in 0..1000 {
        let text = if number == 500 { String::new() } else { number.to_string() };
        house.enqueue(&Short { number, text }).expect("room");
    }
    house.flush().await.expect("flushed");
    let drained = tokio::time::timeout(Duration::from_secs(60), async { place.worker().drain().await });
    let status = drained.await.expect("in time").expect("drained");
    assert_eq!((status.rows, status.parked), (999, 1));
    let found = place.text("SELECT count(), countIf(parsed != number) FROM refused_short").await;
    assert_eq!(found, "999\t0\n");
}
