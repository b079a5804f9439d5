//! The whole way: a struct, its table, events through Redis into ClickHouse.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use rust_decimal::Decimal;
use streamhouse::StreamSchema;
use streamhouse_tests::Place;
use uuid::Uuid;

/// One field of every kind.
#[derive(StreamSchema, Clone)]
#[stream(name = "test.everything", order_by = (small, id), partition_by = toYYYYMM(at), ttl = days(36500),
    index(by_text: bloom_filter(0.01) on text, granularity = 4), settings(index_granularity = 1024))]
struct Everything {
    #[stream(id)]
    id: Uuid,
    small: i8,
    #[stream(codec(T64, ZSTD(3)))]
    unsigned: u64,
    wide: u128,
    deep: i128,
    single: f32,
    #[stream(codec(Gorilla, ZSTD(1)))]
    double: f64,
    truth: bool,
    text: String,
    /// A word, of which there are few.
    #[stream(low_cardinality, default = "none")]
    word: String,
    #[stream(low_cardinality)]
    maybe_word: Option<String>,
    bytes: Vec<u8>,
    shared: bytes::Bytes,
    fixed: [u8; 4],
    maybe: Option<i32>,
    list: Vec<Option<String>>,
    nested: Vec<Vec<u16>>,
    map: BTreeMap<String, Vec<u8>>,
    #[stream(decimal(18, 4))]
    price: Decimal,
    #[stream(decimal(50, 2))]
    fortune: Option<Decimal>,
    #[stream(timestamp, codec(DoubleDelta, LZ4))]
    at: DateTime<Utc>,
    #[stream(type = DateTime64(9, "Europe/Berlin"))]
    precise: DateTime<Utc>,
    #[stream(type = DateTime)]
    seconds: DateTime<Utc>,
    day: NaiveDate,
    #[stream(type = Date)]
    short_day: NaiveDate,
    moment: time::OffsetDateTime,
    v4: Ipv4Addr,
    v6: Ipv6Addr,
    ip: IpAddr,
    #[stream(rename = "$odd name")]
    odd: String,
    r#type: String,
}

fn everything() -> Everything {
    let at =
        Utc.with_ymd_and_hms(2024, 2, 29, 12, 34, 56).unwrap() + chrono::Duration::nanoseconds(123_456_789);
    Everything {
        id: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        small: -128,
        unsigned: u64::MAX,
        wide: u128::MAX,
        deep: i128::MIN,
        single: 1.5,
        double: -0.1,
        truth: true,
        text: "it's \\ a\ttab\0".into(),
        word: "few".into(),
        maybe_word: None,
        bytes: vec![0xff, 0x00, 0x80],
        shared: bytes::Bytes::from_static(b"shared"),
        fixed: *b"abcd",
        maybe: Some(-7),
        list: vec![Some("x".repeat(200)), None],
        nested: vec![vec![1, 2], vec![], vec![3]],
        map: BTreeMap::from([("a".into(), vec![1]), ("b".into(), vec![])]),
        price: Decimal::new(-12345678, 4),
        fortune: Some(Decimal::new(123, 2)),
        at,
        precise: at,
        seconds: at,
        day: NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day"),
        short_day: NaiveDate::from_ymd_opt(2149, 6, 6).expect("a day"),
        moment: time::OffsetDateTime::from_unix_timestamp(-1).expect("a moment"),
        v4: Ipv4Addr::new(10, 1, 2, 3),
        v6: "2001:db8::1".parse().expect("an address"),
        ip: Ipv4Addr::LOCALHOST.into(),
        odd: "odd".into(),
        r#type: "kind".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_arrives_as_it_was() {
    let place = Place::restricted();
    let house = place.house_with::<Everything>().await;
    house.send(&everything()).await.expect("sent");
    let mut other = everything();
    other.id = Uuid::now_v7();
    other.list.clear();
    other.maybe_word = Some("here".into());
    other.fortune = None;
    house.send(&other).await.expect("sent");
    place.worker().drain().await.expect("drained");

    let id = everything().id;
    let row = place
        .text(&format!("SELECT * REPLACE (hex(bytes) AS bytes) FROM test_everything WHERE id = '{id}'"))
        .await;
    let values: Vec<&str> = row.trim_end_matches('\n').split('\t').collect();
    let list = format!("['{}',NULL]", "x".repeat(200));
    assert_eq!(
        values,
        [
            "01234567-89ab-cdef-0123-456789abcdef",
            "-128",
            "18446744073709551615",
            "340282366920938463463374607431768211455",
            "-170141183460469231731687303715884105728",
            "1.5",
            "-0.1",
            "true",
            r"it\'s \\ a\ttab\0",
            "few",
            r"\N",
            "FF0080",
            "shared",
            "abcd",
            "-7",
            list.as_str(),
            "[[1,2],[],[3]]",
            "{'a':'\u{1}','b':''}",
            "-1234.5678",
            "1.23",
            "2024-02-29 12:34:56.123",
            "2024-02-29 13:34:56.123456789",
            "2024-02-29 12:34:56",
            "1900-01-01",
            "2149-06-06",
            "1969-12-31 23:59:59.000",
            "10.1.2.3",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "odd",
            "kind",
        ]
    );
    assert_eq!(
        place.text("SELECT hex(bytes), maybe_word FROM test_everything ORDER BY id").await,
        "FF0080\t\\N\nFF0080\there\n"
    );
    assert_eq!(
        place.value::<u64>("SELECT count() FROM test_everything WHERE empty(list) AND fortune IS NULL").await,
        1
    );
}

/// Numbered, so that what is missing or double can be named.
#[derive(StreamSchema)]
#[stream(name = "test.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    label: String,
}

fn numbered(number: u64) -> Numbered {
    Numbered { number, label: format!("event {number}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_enqueued_events_arrive_once() {
    const EVENTS: u64 = 100_000;
    let place = Place::restricted();
    let house = place.house_with::<Numbered>().await;
    for number in 0..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.flush().await.expect("flushed");
    assert_eq!(house.pending(), 0);
    let status = place.worker().drain().await.expect("drained");
    assert_eq!(status.rows, EVENTS);
    let found = place.text("SELECT count(), uniqExact(number), sum(number), uniqExact(_batch) >= 1, countIf(_batch = 0) FROM test_numbered").await;
    assert_eq!(found, format!("{EVENTS}\t{EVENTS}\t{}\t1\t0\n", EVENTS * (EVENTS - 1) / 2));
    assert_eq!(place.worker().backlog().await.expect("a number"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_sends_share_frames_without_waiting_for_a_timer() {
    let mut place = Place::restricted();
    place.config.producer.linger = std::time::Duration::from_secs(60);
    place.config.producer.partitions = 1;
    let house = std::sync::Arc::new(place.house_with::<Numbered>().await);
    let sends: Vec<_> = (0..2000)
        .map(|number| {
            let house = std::sync::Arc::clone(&house);
            tokio::spawn(async move { house.send(&numbered(number)).await })
        })
        .collect();
    let mut entries = std::collections::BTreeSet::new();
    for send in sends {
        let receipt = send.await.expect("a task").expect("sent");
        entries.insert(receipt.entry().expect("an entry").to_string());
    }
    assert!(entries.len() < 1000, "2000 sends made {} frames", entries.len());
    place.worker().drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT uniqExact(number) FROM test_numbered").await, 2000);
}

/// A later version of the same event, with another column.
mod later {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(name = "test.numbered", version = 2, order_by = number)]
    pub(crate) struct Numbered {
        #[stream(id)]
        pub(crate) number: u64,
        pub(crate) label: String,
        pub(crate) extra: Option<u32>,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_mix_in_one_batch() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house_with::<later::Numbered>().await;
    for number in 0..100 {
        if number % 2 == 0 {
            house.send(&numbered(number)).await.expect("sent");
        } else {
            let event = later::Numbered { number, label: String::new(), extra: Some(1) };
            house.send(&event).await.expect("sent");
        }
    }
    let status = place.worker().drain().await.expect("drained");
    assert_eq!((status.rows, status.batches), (100, 1));
    assert_eq!(
        place.text("SELECT count(), sum(extra), uniqExact(_batch) FROM test_numbered").await,
        "100\t50\t2\n",
        "an insert for each version, and each row knows its own"
    );
}

#[tokio::test]
async fn one_thread_is_enough_even_when_the_buffer_is_full() {
    let mut place = Place::restricted();
    place.config.producer.buffer_bytes = 64 << 10;
    let house = place.house_with::<Numbered>().await;
    for number in 0..20_000 {
        house.enqueue(&numbered(number)).expect("waits for room");
    }
    house.close().await.expect("closed");
    assert!(matches!(house.enqueue(&numbered(0)), Err(streamhouse::Error::Closed)));
    place.worker().drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT uniqExact(number) FROM test_numbered").await, 20_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_while_the_house_closed_arrives() {
    for _ in 0..5 {
        let place = Place::restricted();
        let house = std::sync::Arc::new(place.house_with::<Numbered>().await);
        let threads: Vec<_> = (0..3_u64)
            .map(|thread| {
                let house = std::sync::Arc::clone(&house);
                std::thread::spawn(move || {
                    (0..).take_while(|n| house.enqueue(&numbered(n * 3 + thread)).is_ok()).count() as u64
                })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        house.close().await.expect("closed");
        let accepted: u64 = threads.into_iter().map(|thread| thread.join().expect("a thread")).sum();
        assert_eq!(house.pending(), 0);
        place.worker().drain().await.expect("drained");
        assert_eq!(place.value::<u64>("SELECT uniqExact(number) FROM test_numbered").await, accepted);
    }
}

#[test]
fn builders_fill_in_what_may_be_left_out() {
    #[derive(StreamSchema)]
    #[stream(name = "test.built", order_by = at, builder)]
    struct Built {
        #[stream(id)]
        id: Uuid,
        #[stream(timestamp)]
        at: DateTime<Utc>,
        #[stream(default = "EUR")]
        currency: String,
        #[stream(default = 7)]
        count: u16,
        note: Option<String>,
        amount: f64,
    }
    let before = Utc::now();
    let first = Built::builder().amount(1.0).build().expect("built");
    let second = Built::builder().amount(1.0).currency("USD").note("n".to_string()).build().expect("built");
    assert!(first.id != second.id && first.id.get_version_num() == 7);
    assert!(first.at >= before && first.at <= Utc::now());
    assert_eq!((first.currency.as_str(), first.count, first.note), ("EUR", 7, None));
    assert_eq!((second.currency.as_str(), second.note.as_deref()), ("USD", Some("n")));
    let error = Built::builder().build().err().expect("no amount").to_string();
    assert_eq!(
        error,
        "event `test.built`: field `amount` has no value and no default: call `.amount(…)` before `build()`"
    );
    assert_eq!(first.amount, second.amount);
}
