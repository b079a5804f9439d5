//! Rules for values: what breaks one is refused where it is sent, with the field, the rule and the value.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use rust_decimal::Decimal;
use streamhouse::{BuildError, Error, ErrorKind, StreamSchema, StreamType, ValidationError};
use streamhouse_tests::Place;

fn even(value: &u32) -> Result<(), String> {
    if value.is_multiple_of(2) { Ok(()) } else { Err(format!("{value} is odd")) }
}

fn no_shouting(text: &str) -> Result<(), &'static str> {
    if text.is_empty() || text.chars().any(char::is_lowercase) { Ok(()) } else { Err("it shouts") }
}

fn total(order: &Order) -> Result<(), String> {
    if order.net <= order.gross {
        Ok(())
    } else {
        Err(format!("net {} is above gross {}", order.net, order.gross))
    }
}

#[derive(StreamSchema, Clone)]
#[stream(name = "rule.order", order_by = id, validate = total, builder)]
struct Order {
    #[stream(id)]
    id: u64,
    #[stream(low_cardinality, default = "USD", validate(length = 3))]
    currency: String,
    #[stream(validate(min = 0.0))]
    net: f64,
    #[stream(validate(min = 0, max = 1e6))]
    gross: f64,
    #[stream(validate(length(max = 5), custom = no_shouting))]
    coupon: Option<String>,
    #[stream(pii, validate(email))]
    email: String,
    #[stream(pii, validate(custom = no_shouting))]
    name: Option<String>,
    #[stream(validate(length(min = 1, max = 3), each(regex = "^[a-z]+$", length(max = 8))))]
    tags: Vec<String>,
    #[stream(validate(each(custom = even)))]
    pairs: BTreeMap<String, u32>,
}

fn order() -> Order {
    Order {
        id: 1,
        currency: "EUR".into(),
        net: 1.0,
        gross: 1.19,
        coupon: None,
        email: "a@example.com".into(),
        name: None,
        tags: vec!["new".into()],
        pairs: BTreeMap::from([("a".into(), 2)]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_refused_by_every_way_of_sending() {
    let place = Place::new();
    let house = place.house_with::<Order>().await;
    for (wrong, message) in [
        (
            Order { currency: "EURO".into(), ..order() },
            r#"field `currency`: "EURO" breaks the rule `length = 3`"#,
        ),
        // Characters, not bytes.
        (Order { currency: "€".into(), ..order() }, r#"field `currency`: "€" breaks the rule `length = 3`"#),
        (Order { net: -1.5, ..order() }, "field `net`: -1.5 breaks the rule `min = 0.0`"),
        (Order { net: f64::NAN, ..order() }, "field `net`: NaN breaks the rule `min = 0.0`"),
        (Order { gross: 1e7, ..order() }, "field `gross`: 10000000.0 breaks the rule `max = 1e6`"),
        (
            Order { coupon: Some("too long".into()), ..order() },
            r#"field `coupon`: "too long" breaks the rule `length(max = 5)`"#,
        ),
        (
            Order { coupon: Some("HALF".into()), ..order() },
            "field `coupon`: its value breaks the rule `custom = no_shouting`: it shouts",
        ),
        // What says something about a person is not shown, and neither is what a function says about it.
        (Order { email: "nobody".into(), ..order() }, "field `email`: its value breaks the rule `email`"),
        (
            Order { name: Some("NOBODY".into()), ..order() },
            "field `name`: its value breaks the rule `custom = no_shouting`",
        ),
        (
            Order { tags: vec![], ..order() },
            "field `tags`: a list of 0 breaks the rule `length(min = 1, max = 3)`",
        ),
        (
            Order { tags: vec!["new".into(), "N".into()], ..order() },
            r#"field `tags[1]`: "N" breaks the rule `regex = "^[a-z]+$"`"#,
        ),
        (
            Order { tags: vec!["verylongtag".into()], ..order() },
            r#"field `tags[0]`: "verylongtag" breaks the rule `length(max = 8)`"#,
        ),
        (
            Order { pairs: BTreeMap::from([("a".into(), 2), ("b".into(), 3)]), ..order() },
            "field `pairs[1]`: its value breaks the rule `custom = even`: 3 is odd",
        ),
        (
            Order { net: 2.0, ..order() },
            "the event breaks its rule `validate = total`: net 2 is above gross 1.19",
        ),
    ] {
        let message = format!("event `rule.order`: {message}");
        let error = house.send(&wrong).await.expect_err(&message);
        assert_eq!(error.to_string(), message);
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Validation, false));
        assert!(matches!(error, Error::Broken { .. }));
        assert_eq!(house.enqueue(&wrong).expect_err(&message).to_string(), message);
        assert_eq!(house.send_all([&order(), &wrong]).await.expect_err(&message).to_string(), message);
    }
    house.flush().await.expect("flushed");
    place.worker().drain().await.expect("drained");
    // The good ones before the wrong ones are there, and nothing else.
    assert_eq!(
        place.text("SELECT count(), uniqExact(currency), any(currency) FROM rule_order").await,
        "14\t1\tEUR\n"
    );
}

#[test]
fn a_builder_gives_no_event_that_breaks_a_rule() {
    let built =
        || Order::builder().id(1_u64).net(1.0).gross(2.0).email("a@b").tags(["a".to_string()]).pairs([]);
    let event = built().build().expect("an order");
    assert_eq!(event.currency, "USD");
    let error = built().currency("DM").build().err().expect("no order");
    assert_eq!(
        error.to_string(),
        r#"event `rule.order`: field `currency`: "DM" breaks the rule `length = 3`"#
    );
    assert!(matches!(error, BuildError::Broken { event: "rule.order", .. }));
    let error = Order::builder().build().err().expect("no order");
    assert!(matches!(error, BuildError::Missing { field: "id", .. }), "{error}");
}

/// An error as it is returned, without a server.
fn broken<E: StreamSchema>(event: &E) -> ValidationError {
    event.validate().expect_err("it breaks a rule")
}

#[derive(StreamType, Clone)]
struct UserName(String);

#[derive(StreamType, Clone, Copy)]
struct Cents(u64);

/// Each rule on each kind of type that it takes.
#[derive(StreamSchema, Clone)]
#[stream(name = "rule.kinds", order_by = ())]
struct Kinds {
    #[stream(validate(min = 10, max = 20))]
    byte: u8,
    #[stream(validate(max = 18446744073709551614))]
    large: u64,
    #[stream(validate(min = -170141183460469231731687303715884105727))]
    huge: i128,
    #[stream(validate(max = 340282366920938463463374607431768211454))]
    unsigned: u128,
    #[stream(type = UInt256, validate(max = 115792089237316195423570985008687907853269984665640564039457584007913129639934))]
    wide: [u8; 32],
    #[stream(type = Int256, validate(min = -5))]
    signed: i128,
    #[stream(validate(min = 2))]
    non_zero: Option<NonZeroU32>,
    #[stream(validate(max = 0.1))]
    single: f32,
    #[stream(decimal(18, 4), validate(min = 0.01, max = 99.5))]
    price: Decimal,
    #[stream(validate(min = "2020-01-01"))]
    day: NaiveDate,
    #[stream(type = Date, validate(max = "2030-12-31"))]
    short_day: time::Date,
    #[stream(validate(min = "2020-01-01 00:00:00.5"))]
    moment: DateTime<Utc>,
    #[stream(type = DateTime("Europe/Berlin"), validate(max = "2030-01-01"))]
    second: jiff::Timestamp,
    #[stream(validate(min = "08:00:00", max = "18:00:00"))]
    opens: NaiveTime,
    #[stream(type = Time64(9), validate(min = "-01:00:00"))]
    span: TimeDelta,
    #[stream(type = Time, validate(max = "100:00:00"))]
    duration: Duration,
    #[stream(type = IntervalDay, validate(min = 1))]
    days: i64,
    #[stream(validate(one_of(200, 404)))]
    code: u16,
    #[stream(validate(one_of("eu", "us")))]
    region: Cow<'static, str>,
    #[stream(validate(url))]
    link: Option<Arc<str>>,
    #[stream(validate(length(max = 4)))]
    bytes: Vec<u8>,
    #[stream(validate(length(max = 1)))]
    set: BTreeSet<u8>,
    #[stream(validate(length(min = 1), each(min = 1)))]
    map: HashMap<String, Option<u8>>,
    #[stream(type = Nested(a UInt8), validate(length(max = 1)))]
    rows: Vec<(u8,)>,
    #[stream(validate(each(length(max = 2), each(max = 9))))]
    lists: VecDeque<Vec<i16>>,
    #[stream(type = String, validate(length(min = 2), regex = "^[a-z]"))]
    user: UserName,
    #[stream(type = UInt64, validate(min = 100))]
    cents: Cents,
    #[stream(type = LowCardinality(Nullable(String)), validate(one_of("a")))]
    word: Option<String>,
}

fn kinds() -> Kinds {
    Kinds {
        byte: 10,
        large: u64::MAX - 1,
        huge: i128::MIN + 1,
        unsigned: u128::MAX - 1,
        wide: {
            let mut wide = [0xFF; 32];
            wide[0] = 0xFE;
            wide
        },
        signed: -5,
        non_zero: NonZeroU32::new(2),
        single: 0.1,
        price: Decimal::new(1, 2),
        day: NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day"),
        short_day: time::Date::from_calendar_date(2030, time::Month::December, 31).expect("a day"),
        moment: Utc.timestamp_opt(1_577_836_800, 500_000_000).unwrap(),
        second: "2030-01-01T00:00:00Z".parse().expect("a moment"),
        opens: NaiveTime::from_hms_opt(18, 0, 0).expect("a time"),
        span: TimeDelta::hours(-1),
        duration: Duration::from_secs(360_000),
        days: 1,
        code: 404,
        region: "eu".into(),
        link: Some("https://example.com/a?b".into()),
        bytes: vec![1, 2, 3, 4],
        set: BTreeSet::from([1]),
        map: HashMap::from([("a".into(), Some(1)), ("b".into(), None)]),
        rows: vec![(1,)],
        lists: VecDeque::from([vec![9, 9], vec![]]),
        user: UserName("me".into()),
        cents: Cents(100),
        word: Some("a".into()),
    }
}

#[test]
fn each_rule_holds_at_its_limit_and_not_beyond() {
    assert_eq!(kinds().validate(), Ok(()));
    let none = Kinds { non_zero: None, link: None, word: None, ..kinds() };
    assert_eq!(none.validate(), Ok(()));
    type Change<'a> = &'a dyn Fn(&mut Kinds);
    let cases: &[(Change<'_>, &str)] = &[
        (&|k| k.byte = 9, "field `byte`: 9 breaks the rule `min = 10`"),
        (&|k| k.byte = 21, "field `byte`: 21 breaks the rule `max = 20`"),
        (
            &|k| k.large += 1,
            "field `large`: 18446744073709551615 breaks the rule `max = 18446744073709551614`",
        ),
        (
            &|k| k.huge -= 1,
            "field `huge`: -170141183460469231731687303715884105728 breaks the rule `min = -170141183460469231731687303715884105727`",
        ),
        (
            &|k| k.unsigned += 1,
            "field `unsigned`: 340282366920938463463374607431768211455 breaks the rule `max = 340282366920938463463374607431768211454`",
        ),
        (
            &|k| k.wide[0] = 0xFF,
            "field `wide`: 115792089237316195423570985008687907853269984665640564039457584007913129639935 breaks the rule `max = 115792089237316195423570985008687907853269984665640564039457584007913129639934`",
        ),
        (&|k| k.signed = -6, "field `signed`: -6 breaks the rule `min = -5`"),
        (&|k| k.non_zero = NonZeroU32::new(1), "field `non_zero`: 1 breaks the rule `min = 2`"),
        (&|k| k.single = 0.100_000_01, "field `single`: 0.10000001 breaks the rule `max = 0.1`"),
        (&|k| k.price = Decimal::new(99_999, 7), "field `price`: 0.0099999 breaks the rule `min = 0.01`"),
        (&|k| k.price = Decimal::new(995_001, 4), "field `price`: 99.5001 breaks the rule `max = 99.5`"),
        (
            &|k| k.day = k.day.pred_opt().expect("a day"),
            r#"field `day`: 2019-12-31 breaks the rule `min = "2020-01-01"`"#,
        ),
        (
            &|k| k.short_day = k.short_day.next_day().expect("a day"),
            r#"field `short_day`: 2031-01-01 breaks the rule `max = "2030-12-31"`"#,
        ),
        (
            &|k| k.moment -= TimeDelta::nanoseconds(1),
            r#"field `moment`: 2020-01-01T00:00:00.499999999Z breaks the rule `min = "2020-01-01 00:00:00.5"`"#,
        ),
        (
            &|k| k.second += jiff::SignedDuration::from_nanos(1),
            r#"field `second`: 2030-01-01T00:00:00.000000001Z breaks the rule `max = "2030-01-01"`"#,
        ),
        (
            &|k| k.opens += TimeDelta::nanoseconds(1),
            r#"field `opens`: 18:00:00.000000001 breaks the rule `max = "18:00:00"`"#,
        ),
        (&|k| k.span -= TimeDelta::nanoseconds(1), "breaks the rule `min = \"-01:00:00\"`"),
        (
            &|k| k.duration += Duration::from_nanos(1),
            "field `duration`: 360000.000000001s breaks the rule `max = \"100:00:00\"`",
        ),
        (&|k| k.days = 0, "field `days`: 0 breaks the rule `min = 1`"),
        (&|k| k.code = 500, "field `code`: 500 breaks the rule `one_of(200, 404)`"),
        (&|k| k.region = "EU".into(), r#"field `region`: "EU" breaks the rule `one_of("eu", "us")`"#),
        (&|k| k.link = Some("example.com".into()), r#"field `link`: "example.com" breaks the rule `url`"#),
        (&|k| k.bytes.push(0), "field `bytes`: a value of 5 bytes breaks the rule `length(max = 4)`"),
        (&|k| k.set = BTreeSet::from([1, 2]), "field `set`: a list of 2 breaks the rule `length(max = 1)`"),
        (&|k| k.map.clear(), "field `map`: a map of 0 breaks the rule `length(min = 1)`"),
        (&|k| k.map = HashMap::from([("z".into(), Some(0))]), "field `map[0]`: 0 breaks the rule `min = 1`"),
        (&|k| k.rows.push((2,)), "field `rows`: a list of 2 breaks the rule `length(max = 1)`"),
        (&|k| k.lists[1] = vec![1, 2, 3], "field `lists[1]`: a list of 3 breaks the rule `length(max = 2)`"),
        (&|k| k.user = UserName("x".into()), r#"field `user`: "x" breaks the rule `length(min = 2)`"#),
        (&|k| k.user = UserName("XY".into()), r#"field `user`: "XY" breaks the rule `regex = "^[a-z]"`"#),
        (&|k| k.cents = Cents(99), "field `cents`: 99 breaks the rule `min = 100`"),
        (&|k| k.word = Some("b".into()), r#"field `word`: "b" breaks the rule `one_of("a")`"#),
    ];
    for (change, message) in cases {
        let mut changed = kinds();
        change(&mut changed);
        let error = broken(&changed).to_string();
        assert!(error.ends_with(message), "{error}\n{message}");
    }
    // The innermost place is named.
    let mut deep = kinds();
    deep.lists[0][1] = 10;
    assert_eq!(broken(&deep).to_string(), "field `lists[0][1]`: 10 breaks the rule `max = 9`");
}

fn not_free(price: &f64) -> Result<(), String> {
    if *price > 0.0 { Ok(()) } else { Err(format!("{price} is free")) }
}

#[derive(StreamType, Clone)]
struct Sku(#[stream(validate(regex = "^[A-Z]+$", length(max = 4)))] String);

#[derive(StreamType, Clone)]
struct Buyer {
    #[stream(pii, validate(email))]
    email: String,
    #[stream(validate(min = 18))]
    age: Option<u8>,
}

#[derive(StreamType, Clone)]
struct Line {
    #[stream(type = String)]
    sku: Sku,
    #[stream(validate(custom = not_free))]
    price: f64,
    #[stream(validate(length(max = 2), each(length(min = 1))))]
    notes: Vec<String>,
}

/// The rules of parts, wherever they stand in the event.
#[derive(StreamSchema, Clone)]
#[stream(name = "rule.basket", order_by = id)]
struct Basket {
    id: u64,
    #[stream(type = Nested(sku String, price Float64, notes Array(String)), validate(length(min = 1)))]
    lines: Vec<Line>,
    #[stream(type = Tuple(email String, age Nullable(UInt8)))]
    buyer: Buyer,
    #[stream(type = Map(String, Tuple(sku String, price Float64, notes Array(String))))]
    offers: BTreeMap<String, Line>,
    #[stream(type = Nullable(String))]
    favourite: Option<Sku>,
    #[stream(pii, type = Array(Tuple(String, Float64)))]
    hidden: Vec<(Sku, f64)>,
}

fn line() -> Line {
    Line { sku: Sku("ABC".into()), price: 1.0, notes: vec![] }
}

fn basket() -> Basket {
    Basket {
        id: 1,
        lines: vec![line(), line()],
        buyer: Buyer { email: "a@example.com".into(), age: None },
        offers: BTreeMap::from([("a".into(), line())]),
        favourite: None,
        hidden: vec![],
    }
}

#[test]
fn the_rules_of_parts_are_applied_and_name_the_place() {
    assert_eq!(basket().validate(), Ok(()));
    let wrong = |sku: &str| Line { sku: Sku(sku.into()), ..line() };
    for (basket, message) in [
        (
            Basket { lines: vec![line(), wrong("abc")], ..basket() },
            r#"field `lines[1].sku`: "abc" breaks the rule `regex = "^[A-Z]+$"`"#,
        ),
        (
            Basket { lines: vec![Line { price: 0.0, ..line() }], ..basket() },
            "field `lines[0].price`: its value breaks the rule `custom = not_free`: 0 is free",
        ),
        (
            Basket { lines: vec![Line { notes: vec!["x".into(), "".into()], ..line() }], ..basket() },
            r#"field `lines[0].notes[1]`: "" breaks the rule `length(min = 1)`"#,
        ),
        (
            Basket { lines: vec![], ..basket() },
            "field `lines`: a list of 0 breaks the rule `length(min = 1)`",
        ),
        (
            Basket { buyer: Buyer { email: "nobody".into(), age: None }, ..basket() },
            "field `buyer.email`: its value breaks the rule `email`",
        ),
        (
            Basket { buyer: Buyer { age: Some(17), ..basket().buyer }, ..basket() },
            "field `buyer.age`: 17 breaks the rule `min = 18`",
        ),
        (
            Basket { offers: BTreeMap::from([("a".into(), wrong("ABCDE"))]), ..basket() },
            r#"field `offers[0].sku`: "ABCDE" breaks the rule `length(max = 4)`"#,
        ),
        (
            Basket { favourite: Some(Sku("x".into())), ..basket() },
            r#"field `favourite`: "x" breaks the rule `regex = "^[A-Z]+$"`"#,
        ),
        (
            Basket { hidden: vec![(Sku("secret".into()), 1.0)], ..basket() },
            r#"field `hidden[0].0`: its value breaks the rule `length(max = 4)`"#,
        ),
    ] {
        let error = basket.validate().expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
