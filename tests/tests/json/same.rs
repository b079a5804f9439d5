//! A typed event, and the same one by way of its JSON, are the same bytes and the same row.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};
use streamhouse::frame::{Frame, FrameBuilder, Layout};
use streamhouse::{DynamicSchema, Outgoing, StreamSchema};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_tests::Place;
use uuid::Uuid;

use super::document::validator;
use super::events::{Code, Everything, Item, Money, Status, ruled};
use super::{document_of, dynamic};

/// A frame of these events, whose bytes are those of their segments behind a header.
fn frame<E: Outgoing>(events: &[&E]) -> Vec<u8> {
    let [first, ..] = events else { panic!("no events") };
    let schema = FrameSchema::from_json(&first.frame_schema()).expect("a schema");
    let mut builder = FrameBuilder::new(first.fingerprint(), Layout::of(&schema));
    for event in events {
        event.append(&mut builder).expect("it fits");
    }
    builder.seal(&[7; 16], 1, false)
}

fn same<E: StreamSchema + Serialize>(
    events: &[E],
    schema: &DynamicSchema,
    validator: &jsonschema::Validator,
) {
    let by_json: Vec<_> = events
        .iter()
        .map(|event| {
            let value = serde_json::to_value(event).expect("JSON");
            if let Some(error) = validator.iter_errors(&value).next() {
                panic!("{}: {error}", error.instance_path());
            }
            // As text, as a program in another language would send it.
            let text = serde_json::to_vec(event).expect("JSON");
            let event = schema.event_from_slice(&text).unwrap_or_else(|error| panic!("{error}"));
            let bytes = frame(&[&event]);
            assert_eq!(bytes, frame(&[&schema.event(&value).expect("an event")]));
            // And back: what a frame shows as JSON makes the same frame.
            let rows = schema.rows(&Frame::parse(&bytes).expect("a frame")).expect("rows");
            let [row] = &rows[..] else { panic!("one row") };
            let again = schema.event(row).unwrap_or_else(|error| panic!("{error}: {row}"));
            assert_eq!(bytes, frame(&[&again]), "{row}");
            event
        })
        .collect();
    assert_eq!(
        frame(&by_json.iter().collect::<Vec<_>>()),
        frame(&events.iter().collect::<Vec<_>>()),
        "{}",
        serde_json::to_string(&events.iter().collect::<Vec<_>>()).expect("JSON")
    );
}

fn text() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[ -~äß€𝄞\\n]{0,12}").expect("an expression")
}

fn moment(first: i64, last: i64) -> impl Strategy<Value = DateTime<Utc>> {
    (first..last, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanoseconds)| DateTime::from_timestamp(seconds, nanoseconds).expect("a moment"))
}

fn day(first: i64, last: i64) -> impl Strategy<Value = NaiveDate> {
    (first..=last).prop_map(|days| NaiveDate::default() + TimeDelta::days(days))
}

fn time() -> impl Strategy<Value = NaiveTime> {
    (0..86_400_u32, 0..1_000_000_000_u32).prop_map(|(seconds, nanoseconds)| {
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanoseconds).expect("a time")
    })
}

/// Of at most so many digits before the point, and after it.
fn decimal(whole: u32, scale: u32) -> impl Strategy<Value = Decimal> {
    let limit = 10_i128.pow(whole + scale);
    (-limit + 1..limit).prop_map(move |digits| Decimal::from_i128_with_scale(digits, scale))
}

fn money() -> impl Strategy<Value = Money> {
    (any::<i64>(), text()).prop_map(|(amount, currency)| Money { amount, currency })
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![Just(Status::New), Just(Status::Paid)]
}

fn item() -> impl Strategy<Value = Item> {
    (text(), money(), option::of(any::<u8>()), vec(status(), 0..3))
        .prop_map(|(sku, price, kind, history)| Item { sku, price, kind, history })
}

fn object() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        text().prop_map(Value::from),
        Just(Value::Null),
        (-1e9..1e9).prop_map(|float: f64| Value::from(float)),
    ];
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-z]{1,4}", inner, 0..3).prop_map(|pairs| json!(pairs)),
        ]
    });
    btree_map("[a-z]{1,4}", tree, 0..4).prop_map(|pairs| json!(pairs))
}

const LAST_SECOND: i64 = 10_413_791_999;

fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (
        any::<(bool, u8, u16, u32, u64, u128)>(),
        any::<[u8; 32]>(),
        any::<(i8, i16, i32, i64, i128, i128)>(),
        any::<(f32, f64)>(),
        prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-0.0), any::<f64>()],
        -1e30..1e30_f32,
        (decimal(7, 2), decimal(18, 10), option::of(decimal(8, 20))),
    );
    let texts = (
        text(),
        vec(any::<u8>(), 0..9),
        vec(vec(any::<u8>(), 0..4), 0..3),
        any::<[u8; 5]>(),
        option::of(text()),
        option::of(any::<u128>()),
        any::<(u128, u128)>(),
        any::<(u32, u128, Option<u32>)>(),
    );
    let times = (
        moment(-2_208_988_800, LAST_SECOND),
        day(0, 65_535),
        day(-25_567, 120_529),
        moment(0, i64::from(u32::MAX)),
        moment(-2_208_988_800, 9_223_372_036),
        time(),
        time(),
        any::<i64>(),
    );
    let composed = (
        (status(), option::of(prop_oneof![Just(Code::Fine), Just(Code::Missing)])),
        vec(option::of(any::<i32>()), 0..4),
        vec(vec(text(), 0..3), 0..3),
        btree_map(text(), vec(option::of(any::<u64>()), 0..3), 0..3),
        option::of(-1e300..1e300_f64),
        (any::<u8>(), text(), option::of(any::<i16>()), vec(any::<bool>(), 0..3)),
        money(),
        vec(item(), 0..3),
        vec(item(), 0..3),
        object(),
    );
    let rest = (
        (-180.0..180.0_f64, -90.0..90.0_f64),
        vec(vec((-1e3..1e3_f64, -1e3..1e3_f64), 0..4), 0..3),
        option::of(text()),
        day(-25_567, 120_529),
    );
    (numbers, texts, times, composed, rest).prop_map(|(numbers, texts, times, composed, rest)| {
        let (
            (truth, u8, u16, u32, u64, u128),
            u256,
            (i8, i16, i32, i64, i128, i256),
            (f32, _),
            f64,
            bf16,
            decimals,
        ) = numbers;
        let (text, bytes, chunks, fixed, word, uuid, (id, _), (v4, v6, ip)) = texts;
        let (at, date, date32, second, nano, time, time64, days) = times;
        let ((status, code), list, lists, map, float, (a, b, c, d), money, items, rows, json) = composed;
        let (point, polygon, last, key_day) = rest;
        Everything {
            id: Uuid::from_u128(id),
            at,
            truth,
            u8,
            u16,
            u32,
            u64,
            u128,
            u256,
            i8,
            i16,
            i32,
            i64,
            i128,
            i256,
            // JSON has no other ones; those of 64 bits have names.
            f32: if f32.is_finite() { f32 } else { 0.1 },
            f64,
            bf16,
            short_decimal: decimals.0,
            decimal: decimals.1,
            wide_decimal: decimals.2,
            text,
            bytes,
            chunks,
            fixed,
            word,
            uuid: uuid.map(Uuid::from_u128),
            date,
            date32,
            second,
            nano,
            time,
            time64,
            days,
            v4: Ipv4Addr::from_bits(v4),
            v6: Ipv6Addr::from_bits(v6),
            ip: ip.map_or(IpAddr::V6(Ipv6Addr::from_bits(v6)), |v4| IpAddr::V4(Ipv4Addr::from_bits(v4))),
            status,
            code,
            list,
            lists,
            map,
            by_status: BTreeMap::from([(status, float)]),
            by_number: BTreeMap::from([(u8, key_day)]),
            tuple: (a, b, (c, d)),
            money,
            items,
            rows,
            json,
            point,
            polygon,
            vector: [f32::from(i16), f32::from(u8)],
            last,
            session: u64,
        }
    })
}

/// More with `PROPTEST_CASES`.
#[test]
fn json_gives_the_bytes_of_the_typed_event() {
    let (schema, validator) = (dynamic("Everything"), validator(&document_of("Everything")));
    assert_eq!(schema.fingerprint(), Everything::FINGERPRINT);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let result = runner.run(&vec(everything(), 1..4), |events| {
        same(&events, &schema, &validator);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let ruled_schema = dynamic("Ruled");
    same(&[ruled()], &ruled_schema, &self::validator(&document_of("Ruled")));
    assert_eq!(ruled_schema.unchecked(), ["validate = whole", "odd: custom = odd"]);
}

/// On real servers: rows that went through JSON are the rows that did not, in every column, and both are in one table.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_typed_events_and_of_json_are_equal() {
    const PAIRS: usize = 40;
    let place = Place::new();
    let house = place.house_with::<Everything>().await;
    let schema = dynamic("Everything");
    let mut runner = TestRunner::deterministic();
    let mut events = Vec::new();
    for number in 0..PAIRS {
        let mut event = everything().new_tree(&mut runner).expect("an event").current();
        event.session = number as u64;
        events.push(event);
    }
    let by_json: Vec<_> = events
        .iter()
        .map(|event| schema.event(&serde_json::to_value(event).expect("JSON")).expect("an event"))
        .collect();
    // In frames that both share, and alone.
    house.send_all(&events).await.expect("sent");
    house.send_all(&by_json).await.expect("sent");
    let receipt = house.send(&by_json[0]).await.expect("sent");
    assert!(receipt.entry().is_some());
    house.enqueue(&events[0]).expect("taken");
    house.flush().await.expect("flushed");
    place.worker().drain().await.expect("drained");

    let columns = place
        .text("SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'json_everything' AND name != '_batch' FORMAT TSVRaw")
        .await;
    let names: Vec<&str> = columns.lines().collect();
    assert!(names.len() > 50, "{} columns", names.len());
    let query = "SELECT `$session.id` AS number, count(), uniqExact(toString(tuple(*))) FROM json_everything GROUP BY number ORDER BY number";
    let expected: String =
        (0..PAIRS).map(|number| format!("{number}\t{}\t1\n", if number == 0 { 4 } else { 2 })).collect();
    assert_eq!(place.text(query).await, expected);
}
