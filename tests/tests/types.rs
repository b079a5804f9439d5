//! Every type goes the whole way, and every value arrives as it was.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveTime, TimeDelta};
use serde_json::json;
use streamhouse::value::Json;
use streamhouse::{StreamSchema, StreamType};
use streamhouse_tests::Place;

#[derive(StreamType, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    New = -1,
    #[stream(rename = "it's \\ paid")]
    Paid = 2,
    #[stream(number = 3)]
    Sent,
}

#[derive(StreamType, Clone, Copy)]
enum Code {
    Fine = 200,
    NotFound = 404,
}

#[derive(StreamType, Clone)]
struct Money {
    amount: i64,
    #[stream(low_cardinality)]
    currency: String,
}

#[derive(StreamType, Clone)]
struct Item {
    sku: String,
    #[stream(type = Tuple(amount Int64, currency LowCardinality(String)))]
    price: Money,
    #[stream(type = Array(Enum8("New" = -1, "it's \\ paid" = 2, "Sent" = 3)))]
    history: Vec<Status>,
    #[stream(rename = "type")]
    kind: Option<u8>,
}

#[derive(StreamType, Clone, Copy)]
struct UserId(u64);

#[derive(serde::Serialize, Clone)]
struct Payload {
    user: u64,
    tags: Vec<String>,
}

/// Types that are made of others, or known under a name.
#[derive(StreamSchema, Clone)]
#[stream(
    name = "test.composed",
    order_by = (id, status, place, items.sku),
    index(by_sku: bloom_filter on items.sku),
    index(by_kind: set(10) on payload.kind)
)]
struct Composed {
    #[stream(id)]
    id: u64,
    #[stream(type = Enum8("New" = -1, "it's \\ paid" = 2, "Sent" = 3), default = "New")]
    status: Status,
    #[stream(type = Nullable(Enum16("Fine" = 200, "NotFound" = 404)))]
    code: Option<Code>,
    #[stream(type = LowCardinality(String))]
    word: Status,
    #[stream(type = "Map(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2, 'Sent' = 3), UInt8)")]
    by_status: BTreeMap<Status, u8>,
    #[stream(
        type = "Nested(sku String, price Tuple(amount Int64, currency LowCardinality(String)), history Array(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2, 'Sent' = 3)), type Nullable(UInt8))"
    )]
    items: Vec<Item>,
    #[stream(
        type = "Array(Tuple(sku String, price Tuple(amount Int64, currency String), history Array(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2, 'Sent' = 3)), type Nullable(UInt8)))"
    )]
    rows: Vec<Item>,
    #[stream(type = Nested(key String, value UInt8))]
    pairs: Vec<(String, u8)>,
    #[stream(type = Map(String, Nested(a UInt8, b String)))]
    deep: BTreeMap<String, Vec<(u8, String)>>,
    tuple: (u8, String, (Option<i16>, Vec<f64>)),
    #[stream(type = UInt64)]
    user: UserId,
    #[stream(type = "JSON(kind String, max_dynamic_paths=16, SKIP secret)")]
    payload: Json<Payload>,
    value: serde_json::Value,
    maybe_value: Option<serde_json::Value>,
    #[stream(type = Array(JSON))]
    texts: Vec<String>,
    #[stream(type = Point)]
    place: (f64, f64),
    #[stream(type = MultiPolygon)]
    area: Vec<Vec<Vec<(f64, f64)>>>,
    #[stream(type = SimpleAggregateFunction(sum, UInt64))]
    sum: u64,
    #[stream(type = SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))))]
    last: Option<String>,
    #[stream(type = IntervalDay)]
    days: i64,
    #[stream(type = QBit(Float32, 3))]
    vector: [f32; 3],
    #[stream(type = Array(QBit(BFloat16, 16, 8)))]
    vectors: Vec<[f32; 16]>,
}

fn composed(id: u64) -> Composed {
    let item = |sku: &str, kind| Item {
        sku: sku.into(),
        price: Money { amount: -5, currency: "EUR".into() },
        history: vec![Status::New, Status::Sent],
        kind,
    };
    Composed {
        id,
        status: Status::Paid,
        code: Some(Code::NotFound),
        word: Status::Paid,
        by_status: BTreeMap::from([(Status::New, 1), (Status::Sent, 2)]),
        items: vec![item("a", Some(1)), Item { history: vec![], ..item("b", None) }],
        rows: vec![item("c", None)],
        pairs: vec![("k".into(), 1), ("l".into(), 2)],
        deep: BTreeMap::from([
            ("x".into(), vec![(1, "one".into()), (2, "two".into())]),
            ("y".into(), vec![]),
        ]),
        tuple: (1, "two".into(), (None, vec![0.5, -0.5])),
        user: UserId(u64::MAX),
        payload: Json(Payload { user: 7, tags: vec!["a".into(), "b".into()] }),
        value: json!({"a": {"b": [1, "x", null]}, "c": 1.5}),
        maybe_value: None,
        texts: vec![r#"{"a":1}"#.into(), "{}".into()],
        place: (1.5, -2.5),
        area: vec![vec![vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]], vec![]],
        sum: 5,
        last: Some("l".into()),
        days: 3,
        vector: [0.1, -2.5, 3e10],
        vectors: vec![[1.5; 16], [-0.5; 16]],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_composed_arrives_as_it_was() {
    let place = Place::new();
    let house = place.house_with::<Composed>().await;
    // In one frame, so that its offsets are moved; and empty ones between full ones.
    let empty = Composed {
        code: Some(Code::Fine),
        by_status: BTreeMap::new(),
        items: vec![],
        rows: vec![],
        pairs: vec![],
        deep: BTreeMap::new(),
        tuple: (0, String::new(), (Some(-1), vec![])),
        maybe_value: Some(json!({"k": "v"})),
        texts: vec![],
        area: vec![],
        vectors: vec![],
        last: None,
        ..composed(2)
    };
    house.send_all(&[composed(1), empty.clone(), composed(3)]).await.expect("sent");
    house.send(&composed(4)).await.expect("sent");
    place.worker().drain().await.expect("drained");

    assert_eq!(place.value::<u64>("SELECT count() FROM test_composed").await, 4);
    for id in [1, 3, 4] {
        let row = place.text(&format!("SELECT * FROM test_composed WHERE id = {id}")).await;
        let values: Vec<&str> = row.trim_end_matches('\n').split('\t').skip(1).collect();
        assert_eq!(
            values,
            [
                r"it\'s \\ paid",
                "NotFound",
                r"it\'s \\ paid",
                "{'New':1,'Sent':2}",
                "['a','b']",
                "[(-5,'EUR'),(-5,'EUR')]",
                "[['New','Sent'],[]]",
                "[1,NULL]",
                "[('c',(-5,'EUR'),['New','Sent'],NULL)]",
                "['k','l']",
                "[1,2]",
                "{'x':[(1,'one'),(2,'two')],'y':[]}",
                "(1,'two',(NULL,[0.5,-0.5]))",
                "18446744073709551615",
                r#"{"kind":"","tags":["a","b"],"user":7}"#,
                r#"{"a":{"b":[1,"x",null]},"c":1.5}"#,
                r"\N",
                r#"['{"a":1}','{}']"#,
                "(1.5,-2.5)",
                "[[[(0,0),(1,0),(1,1)]],[]]",
                "5",
                "l",
                "3",
                "[0.1,-2.5,30000000000]",
                &format!("[[{}1.5],[{}-0.5]]", "1.5,".repeat(15), "-0.5,".repeat(15)),
            ],
            "row {id}"
        );
    }
    let row = place
        .text("SELECT code, by_status, items.sku, items.history, rows, pairs.key, deep, tuple, maybe_value, texts, area, last FROM test_composed WHERE id = 2")
        .await;
    assert_eq!(row, "Fine\t{}\t[]\t[]\t[]\t[]\t{}\t(0,'',(-1,[]))\t{\"k\":\"v\"}\t[]\t[]\t\\N\n");
    // The table is the one that was declared.
    assert_eq!(
        place.text("SELECT name, type FROM system.columns WHERE table = 'test_composed' AND database = currentDatabase() AND name IN ('status', 'items.price', 'payload', 'last') ORDER BY name FORMAT TSVRaw").await,
        "items.price\tArray(Tuple(amount Int64, currency LowCardinality(String)))\n\
         last\tSimpleAggregateFunction(anyLast, LowCardinality(Nullable(String)))\n\
         payload\tJSON(max_dynamic_paths=16, kind String, SKIP secret)\n\
         status\tEnum8('New' = -1, 'it\\'s \\\\ paid' = 2, 'Sent' = 3)\n"
    );
    assert_eq!(<Money as StreamType>::TYPE, "Tuple(amount Int64, currency LowCardinality(String))");
    assert_eq!(UserId::TYPE, "UInt64");
}

/// Wrappers, lists, numbers and the types of other crates.
#[derive(StreamSchema)]
#[stream(name = "test.plain", order_by = id)]
struct Plain {
    #[stream(id)]
    id: u64,
    boxed: Box<u16>,
    shared: Arc<Vec<String>>,
    borrowed: Cow<'static, u32>,
    non_zero: NonZeroU32,
    array: [i16; 3],
    slice: &'static [u8],
    words: &'static [&'static str],
    boxed_slice: Box<[Option<u8>]>,
    deque: VecDeque<u8>,
    set: BTreeSet<String>,
    hashed: HashSet<u8>,
    #[stream(type = UInt256)]
    wide: [u8; 32],
    #[stream(type = Int256)]
    negative: i128,
    #[stream(type = UInt256)]
    widened: u128,
    #[stream(type = BFloat16)]
    brain: f32,
    #[stream(type = Time)]
    time: NaiveTime,
    time64: NaiveTime,
    #[stream(type = Time64(9))]
    span: TimeDelta,
    #[stream(type = Time64(6))]
    duration: Duration,
    of_time: time::Time,
    #[stream(type = Time)]
    time_span: time::Duration,
    timestamp: jiff::Timestamp,
    zoned: jiff::Zoned,
    civil: jiff::civil::DateTime,
    day: jiff::civil::Date,
    #[stream(type = Date)]
    short_day: jiff::civil::Date,
    civil_time: jiff::civil::Time,
    #[stream(type = Time64(0))]
    signed: jiff::SignedDuration,
    network: ipnet::IpNet,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_plain_arrives_as_it_was() {
    let place = Place::new();
    let house = place.house_with::<Plain>().await;
    let mut wide = [0; 32];
    wide[0] = 1;
    wide[31] = 0x80;
    let moment: jiff::Timestamp = "1969-12-31T23:59:58.5Z".parse().expect("a moment");
    let event = Plain {
        id: 1,
        boxed: Box::new(7),
        shared: Arc::new(vec!["a".into(), "b".into()]),
        borrowed: Cow::Owned(8),
        non_zero: NonZeroU32::MAX,
        array: [1, -2, 3],
        slice: b"\xff\x00",
        words: &["x", "y"],
        boxed_slice: Box::new([Some(1), None]),
        deque: VecDeque::from([3, 2, 1]),
        set: BTreeSet::from(["q".into(), "p".into()]),
        hashed: HashSet::from([9]),
        wide,
        negative: -1,
        widened: u128::MAX,
        brain: 1.5,
        time: NaiveTime::from_hms_milli_opt(23, 59, 59, 999).expect("a time"),
        time64: NaiveTime::from_hms_milli_opt(1, 2, 3, 4).expect("a time"),
        span: TimeDelta::new(-90_061, 500_000_000).expect("a span"),
        duration: Duration::from_micros(3_599_999_999_999),
        of_time: time::Time::from_hms_milli(4, 5, 6, 7).expect("a time"),
        time_span: time::Duration::hours(-999),
        timestamp: moment,
        zoned: moment.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(5))),
        civil: jiff::civil::date(2024, 2, 29).at(12, 0, 0, 1_000_000),
        day: jiff::civil::date(1900, 1, 1),
        short_day: jiff::civil::date(2149, 6, 6),
        civil_time: jiff::civil::time(0, 0, 0, 1_000_000),
        signed: jiff::SignedDuration::from_secs(-3600),
        network: "10.0.0.0/8".parse().expect("a network"),
    };
    house.send(&event).await.expect("sent");
    place.worker().drain().await.expect("drained");
    let row = place.text("SELECT * REPLACE (hex(slice) AS slice) FROM test_plain").await;
    let values: Vec<&str> = row.trim_end_matches('\n').split('\t').skip(1).collect();
    assert_eq!(
        values,
        [
            "7",
            "['a','b']",
            "8",
            "4294967295",
            "[1,-2,3]",
            "FF00",
            "['x','y']",
            "[1,NULL]",
            "[3,2,1]",
            "['p','q']",
            "[9]",
            "57896044618658097711785492504343953926634992332820282019728792003956564819969",
            "-1",
            "340282366920938463463374607431768211455",
            "1.5",
            "23:59:59",
            "01:02:03.004",
            "-25:01:00.500000000",
            "999:59:59.999999",
            "04:05:06.007",
            "-999:00:00",
            "1969-12-31 23:59:58.500",
            "1969-12-31 23:59:58.500",
            "2024-02-29 12:00:00.001",
            "1900-01-01",
            "2149-06-06",
            "00:00:00.001",
            "-01:00:00",
            "10.0.0.0/8",
        ]
    );
}

/// What its column cannot hold is refused where it is sent, and leaves the frame as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_does_not_fit_is_refused() {
    #[derive(StreamSchema)]
    #[stream(name = "test.refused", order_by = id)]
    struct Refused {
        id: u64,
        #[stream(type = Nested(text String, object JSON))]
        rows: Vec<(String, String)>,
        #[stream(type = Time)]
        span: Duration,
    }
    let place = Place::new();
    let house = place.house_with::<Refused>().await;
    let event = |object: &str, seconds| Refused {
        id: 1,
        rows: vec![("a".into(), "{}".into()), ("b".into(), object.into())],
        span: Duration::from_secs(seconds),
    };
    for (bad, message) in [
        (event("[1]", 0), "field `rows`: the value for the JSON column is not an object"),
        (event("{}", 3_600_000), "field `span`: the moment lies outside the range of Time"),
    ] {
        let error = house.send(&bad).await.expect_err(message).to_string();
        assert!(error.contains(message), "{error}");
        house.send(&event(r#"{"a":1}"#, 60)).await.expect("sent");
    }
    place.worker().drain().await.expect("drained");
    assert_eq!(
        place.text("SELECT `rows.text`, `rows.object`, span FROM test_refused").await,
        "['a','b']\t['{}','{\"a\":1}']\t00:01:00\n".repeat(2)
    );
}

/// The derive and whoever reads source files make the same table, for the types are in the declaration.
#[test]
fn a_source_file_says_what_the_derive_says() {
    let file = syn::parse_file(include_str!("types.rs")).expect("Rust");
    let item = file.items.into_iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == "Composed" => Some(item),
        _ => None,
    });
    let compiled = streamhouse_schema::compile::compile(&item.expect("the struct").into());
    let Ok(compiled) = compiled else { panic!("the derive took it") };
    assert_eq!(streamhouse_schema::sql::create(&compiled.schema), Composed::CREATE);
    assert_eq!(compiled.schema.frame_schema().to_json(), Composed::FRAME_SCHEMA);
}
