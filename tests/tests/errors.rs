//! What goes wrong says what, where, and how to mend it.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use redis::AsyncCommands;
use rust_decimal::Decimal;
use streamhouse::config::WhenFull;
use streamhouse::{Config, Error, ErrorKind, SinkError, StreamHouse, StreamSchema, Worker};
use streamhouse_stack::{Persistence, Stack, StackOptions};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "error.payment", order_by = at)]
struct Payment {
    #[stream(timestamp)]
    at: DateTime<Utc>,
    #[stream(type = Date)]
    day: NaiveDate,
    #[stream(decimal(6, 2))]
    amount: Decimal,
    note: String,
}

fn payment() -> Payment {
    let at = Utc.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).unwrap();
    Payment { at, day: at.date_naive(), amount: Decimal::new(100, 2), note: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_a_column_cannot_hold_name_event_field_and_range() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
    let far = Utc.with_ymd_and_hms(2300, 1, 1, 0, 0, 0).unwrap();
    for (wrong, message) in [
        (
            Payment { day: day(2150), ..payment() },
            "event `error.payment`: field `day`: the moment lies outside the range of Date, which is 1970-01-01 to 2149-06-06",
        ),
        (
            Payment { at: far, ..payment() },
            "event `error.payment`: field `at`: the moment lies outside the range of DateTime64, which is 1900-01-01 to 2299-12-31",
        ),
        (
            Payment { amount: Decimal::new(1_000_000, 2), ..payment() },
            "event `error.payment`: field `amount`: the number needs more digits than Decimal(6, 2) has",
        ),
        (
            Payment { amount: Decimal::new(1, 3), ..payment() },
            "event `error.payment`: field `amount`: the number has more than 2 digits after the point: round it first, for example with `round_dp(2)`",
        ),
        (
            Payment { note: "x".repeat(17 << 20), ..payment() },
            "event `error.payment`: field `(all)`: the event takes 17825810 bytes, more than the 16777120 bytes of a frame",
        ),
    ] {
        let error = house.send(&wrong).await.expect_err(message);
        assert_eq!(
            (error.to_string().as_str(), error.kind(), error.is_retryable()),
            (message, ErrorKind::Validation, false)
        );
        assert_eq!(house.enqueue(&wrong).expect_err(message).to_string(), message);
    }
    // What was refused left nothing behind.
    house.send(&payment()).await.expect("sent");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text("SELECT count(), sum(amount) FROM error_payment").await, "1\t1\n");
}

/// What a program prints that returns an error from `main`.
#[test]
fn an_error_of_main_says_what_has_to_be_done() {
    let error = Config::new("localhost:6379", "http://localhost:8123").expect_err("no scheme");
    let message = "the setting `redis.url (REDIS_URL)` has no scheme: put `redis://` before it, as in redis://user:password@host:port/database";
    assert_eq!(format!("{error:?}"), message);
    let error: Box<dyn std::error::Error> = error.into();
    assert_eq!(format!("{error:?}"), message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_stops_the_event_and_nothing_is_lost() {
    let place = Place::new();
    let house = place.house().await;
    house.send(&payment()).await.expect("sent");
    let worker = place.worker();
    let error = worker.drain().await.expect_err("no table");
    assert!(
        matches!(&error, Error::Sink(SinkError::MissingTable { event, table, .. }) if event == "error.payment" && table == "error_payment"),
        "{error}"
    );
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Schema, false));
    assert!(error.to_string().contains("create_table"), "{error}");
    house.create_table::<Payment>().await.expect("a table");
    worker.drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM error_payment").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_column_is_named_with_the_statement_that_adds_it() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    place.clickhouse().query("ALTER TABLE error_payment DROP COLUMN note").execute().await.expect("altered");
    house.send(&payment()).await.expect("sent");
    let worker = place.worker();
    let error = worker.drain().await.expect_err("no column");
    let Error::Sink(SinkError::MissingColumn { column, ty, .. }) = &error else { panic!("{error}") };
    assert_eq!((column.as_str(), ty.as_str()), ("note", "String"));
    let statement = error.to_string().split("it: ").nth(1).expect("a statement").to_string();
    place.clickhouse().query(&statement).execute().await.expect("the statement works");
    worker.drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM error_payment").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_would_take_an_insert_twice_is_refused_with_the_statement_that_mends_it() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    let forget = "ALTER TABLE error_payment RESET SETTING non_replicated_deduplication_window";
    place.clickhouse().query(forget).execute().await.expect("altered");
    house.send(&payment()).await.expect("sent");
    let worker = place.worker();
    let error = worker.drain().await.expect_err("no window");
    let Error::Sink(SinkError::NoDeduplication { help: statement, .. }) = &error else { panic!("{error}") };
    assert!(error.to_string().ends_with(statement), "{error}");
    place.clickhouse().query(statement).execute().await.expect("the statement works");
    worker.drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM error_payment").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_passes_inserts_on_is_refused() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    for statement in [
        "RENAME TABLE error_payment TO behind",
        "CREATE TABLE error_payment AS behind ENGINE = Buffer(currentDatabase(), 'behind', 1, 10, 100, 10, 100, 1000, 10000)",
    ] {
        place.clickhouse().query(statement).execute().await.expect(statement);
    }
    house.send(&payment()).await.expect("sent");
    let error = place.worker().drain().await.expect_err("a buffer");
    assert!(
        error.to_string().ends_with(
            "Buffer hands inserts on or drops them: take a MergeTree, or `delivery = at_least_once`"
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_would_change_values_is_refused_with_the_statement_that_mends_it() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    for change in ["note LowCardinality(String)", "amount Decimal(12, 3)"] {
        let statement = format!("ALTER TABLE error_payment MODIFY COLUMN {change}");
        place.clickhouse().query(&statement).execute().await.expect(&statement);
    }
    house.send(&payment()).await.expect("sent");
    place.worker().drain().await.expect("wider is as good");
    let narrow = "ALTER TABLE error_payment MODIFY COLUMN amount Decimal(6, 1)";
    place.clickhouse().query(narrow).execute().await.expect("altered");
    house.send(&payment()).await.expect("sent");
    let worker = place.worker();
    let error = worker.drain().await.expect_err("a narrow column");
    let Error::Sink(SinkError::ColumnType { column, found, statement, .. }) = &error else {
        panic!("{error}")
    };
    assert_eq!((column.as_str(), found.as_str()), ("amount", "Decimal(6, 1)"));
    place.clickhouse().query(statement).execute().await.expect("the statement works");
    worker.drain().await.expect("drained");
    assert_eq!(place.text("SELECT count(), sum(amount) FROM error_payment").await, "2\t2\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_needs_a_frame_of_its_own_gets_one() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    let large = Payment { note: "x".repeat(16_777_000), ..payment() };
    for _ in 0..2 {
        house.enqueue(&payment()).expect("room");
        house.enqueue(&large).expect("it fits a frame of its own");
    }
    house.flush().await.expect("flushed");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text("SELECT count(), max(length(note)) FROM error_payment").await, "4\t16777000\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_runs_once_at_a_time() {
    let place = Place::new();
    let worker = place.worker();
    let (started, start) = tokio::sync::oneshot::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move {
        let _ = started.send(());
        drop(stopped.await);
    };
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(shutdown).await }
    });
    start.await.expect("it runs");
    let error = worker.run_until(async {}).await.expect_err("it runs");
    assert!(error.to_string().contains("runs already"), "{error}");
    drop(stop);
    running.await.expect("no panic").expect("ended");
    worker.drain().await.expect("and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_that_stops_does_not_hold_up_the_others() {
    #[derive(StreamSchema)]
    #[stream(name = "error.other", order_by = n)]
    struct Other {
        n: u8,
    }
    let place = Place::new();
    let house = place.house_with::<Other>().await;
    house.send(&payment()).await.expect("sent");
    house.send(&Other { n: 1 }).await.expect("sent");
    let worker = place.worker();
    worker.drain().await.expect_err("one has no table");
    assert_eq!(place.value::<u64>("SELECT count() FROM error_other").await, 1);
    assert_eq!(worker.status().problems.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_not_there_or_refuse_are_named() {
    let nowhere = Config::new("redis://127.0.0.1:1", "http://127.0.0.1:1").expect("URLs");
    let error = StreamHouse::connect(nowhere).await.expect_err("no Redis");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connection, true));
    assert!(error.to_string().contains("127.0.0.1:1") && error.to_string().contains("REDIS_URL"), "{error}");

    let stack = streamhouse_stack::shared().expect("a stack");
    let (host, _) = (stack.redis_url().rsplit_once('@').expect("a password").1.to_string(), ());
    let wrong = Config::new(&format!("redis://:wr0ng@{host}"), &stack.clickhouse_url()).expect("URLs");
    let error = StreamHouse::connect(wrong).await.expect_err("a wrong password");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Configuration, false), "{error}");
    assert!(error.to_string().contains("password") && !error.to_string().contains("wr0ng"), "{error}");

    let (_, clickhouse) = stack
        .clickhouse_url()
        .rsplit_once('@')
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .expect("a password");
    let wrong = Config::new(&stack.redis_url(), &format!("http://default:wr0ng@{clickhouse}")).expect("URLs");
    let error = Worker::new(&wrong).expect("a worker").drain().await.expect_err("a wrong password");
    assert!(matches!(error, Error::Sink(SinkError::Denied { .. })), "{error}");
    assert!(!error.to_string().contains("wr0ng"), "{error}");
    let house = StreamHouse::connect(wrong).await.expect("Redis is enough");
    assert!(matches!(house.create_table::<Payment>().await, Err(Error::Sink(SinkError::Denied { .. }))));

    let gone = Config::new(&stack.redis_url(), "http://127.0.0.1:1").expect("URLs");
    let error = Worker::new(&gone).expect("a worker").drain().await.expect_err("no ClickHouse");
    assert!(matches!(error, Error::Sink(SinkError::Unreachable { .. })), "{error}");
    assert!(error.is_retryable());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_calls_end_in_time_and_nothing_is_lost_when_it_returns() {
    // With `everysec`, a kill may take what was confirmed.
    let mut options = StackOptions::default();
    options.redis.persistence = Persistence::Always;
    let mut stack = Stack::start("errors", options).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.producer.send_timeout = Duration::from_millis(500);
    place.config.producer.buffer_bytes = 256 << 10;
    let house = place.house_with::<Payment>().await;
    house.send(&payment()).await.expect("sent");
    stack.redis().expect("its own").kill();

    let error = house.send(&payment()).await.expect_err("no Redis");
    assert!(matches!(error, Error::Unconfirmed { .. }), "{error}");
    assert!(!error.is_retryable() && error.kind() == ErrorKind::Connection);
    assert_eq!(house.pending(), 1);
    let mut accepted = 2;
    let error = loop {
        match house.enqueue(&payment()) {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Full { .. }) && error.is_retryable(), "{error}");
    assert!(house.flush().await.is_err());

    stack.redis().expect("its own").restart().expect("back");
    // It may be waiting before its next attempt, for longer than a flush may take here.
    let back = std::time::Instant::now();
    while let Err(error) = house.flush().await {
        assert!(back.elapsed() < Duration::from_secs(10), "{error}");
    }
    assert_eq!(house.pending(), 0);
    let worker = place.worker();
    worker.drain().await.expect("drained");
    let client = streamhouse_tests::client(&stack.clickhouse_url()).with_database(&place.name);
    let rows: u64 = client.query("SELECT count() FROM error_payment").fetch_one().await.expect("a number");
    assert_eq!(rows, accepted);
    house.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_buffer_is_an_error_at_once_where_that_was_chosen() {
    let mut stack = Stack::start("full", StackOptions::default()).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.producer.buffer_bytes = 64 << 10;
    place.config.producer.when_full = WhenFull::Error;
    place.config.producer.send_timeout = Duration::from_secs(2);
    let house = place.house().await;
    stack.redis().expect("its own").kill();
    let start = std::time::Instant::now();
    let error = (0..100_000).find_map(|_| house.enqueue(&payment()).err()).expect("it fills up");
    assert!(matches!(error, Error::Full { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(1));
    // Closing gives up in time, and says so.
    assert!(matches!(house.close().await, Err(Error::Unconfirmed { .. })));
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_redis_has_forgotten_goes_on() {
    let mut place = Place::new();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Payment>().await;
    house.send(&payment()).await.expect("sent");
    house.send(&payment()).await.expect("sent");
    let mut redis = place.redis().await;
    let keys: Vec<String> = redis.keys(format!("{}:*:producers:*", place.name)).await.expect("keys");
    let _: () = redis.del(keys).await.expect("gone");
    house.send(&payment()).await.expect("sent under a new id");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM error_payment").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_whose_redis_was_emptied_goes_on() {
    let place = Place::new();
    let house = place.house_with::<Payment>().await;
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    let arrived = async |rows| {
        for _ in 0..500 {
            if place.value::<u64>("SELECT count() FROM error_payment").await == rows {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{:?}", worker.status());
    };
    for _ in 0..8 {
        house.send(&payment()).await.expect("sent");
    }
    arrived(8).await;
    let mut redis = place.redis().await;
    let keys: Vec<String> = redis.keys(format!("{}:*", place.name)).await.expect("keys");
    let _: () = redis.del(keys).await.expect("gone");
    // Events, schemas and groups are published anew.
    for _ in 0..8 {
        house.send(&payment()).await.expect("sent");
    }
    arrived(16).await;
    running.abort();
    assert_eq!(worker.status().parked, 0);
}

#[test]
fn settings_out_of_range_are_named() {
    let config = Config::new("redis://127.0.0.1:1", "http://127.0.0.1:1").expect("URLs");
    type Change = fn(&mut Config);
    let changes: [(Change, &str); 5] = [
        (|config| config.worker.batch_rows = 0, "`worker.batch_rows` is 0, not 1 to 50000000"),
        (
            |config| config.worker.batch_rows = usize::MAX,
            "`worker.batch_rows` is 18446744073709551615, not 1 to 50000000",
        ),
        (
            |config| config.worker.batch_interval = Duration::MAX,
            "`worker.batch_interval` is 18446744073709551615.999999999s, more than 86400s",
        ),
        (
            |config| config.producer.linger = Duration::MAX,
            "`producer.linger` is 18446744073709551615.999999999s, more than 86400s",
        ),
        (|config| config.worker.lease = Duration::ZERO, "`worker.lease` is 0ns, not 0.5 to 600 seconds"),
    ];
    for (change, message) in changes {
        let mut config = config.clone();
        change(&mut config);
        let error = Worker::new(&config).expect_err(message).to_string();
        assert_eq!(error, format!("the setting {message}"));
    }
}
