//! Events with a field of every type, in the forms that serde gives them and documents ask for.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use streamhouse::{StreamSchema, StreamType};
use uuid::Uuid;

#[derive(StreamType, Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    New = -1,
    #[stream(rename = "it's \\ paid")]
    #[serde(rename = "it's \\ paid")]
    Paid = 2,
}

#[derive(StreamType, Serialize, Clone, Copy, Debug)]
pub(crate) enum Code {
    Fine = 200,
    Missing = 404,
}

#[derive(StreamType, Serialize, Clone, Debug)]
pub(crate) struct Item {
    pub sku: String,
    #[stream(type = Tuple(amount Int64, currency LowCardinality(String)))]
    pub price: Money,
    #[serde(rename = "type")]
    #[stream(rename = "type")]
    pub kind: Option<u8>,
    #[stream(type = Array(Enum8("New" = -1, "it's \\ paid" = 2)))]
    pub history: Vec<Status>,
}

#[derive(StreamType, Serialize, Clone, Debug)]
pub(crate) struct Money {
    pub amount: i64,
    #[stream(low_cardinality)]
    pub currency: String,
}

/// Bytes are base64 in JSON.
fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&streamhouse_schema::base64::encode(bytes))
}

fn base64_list<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(|bytes| streamhouse_schema::base64::encode(bytes)))
}

/// Numbers of more than 64 bits are strings of digits.
fn digits<T: ToString, S: Serializer>(number: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.to_string())
}

fn wide_digits<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    let number = streamhouse_schema::value::Integer::from_le_bytes(*bytes, false);
    serializer.serialize_str(&number.to_string())
}

/// What is no number of JSON stands there by its name.
fn float<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match *number {
        number if number.is_nan() => serializer.serialize_str("NaN"),
        f64::INFINITY => serializer.serialize_str("Infinity"),
        f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
        number => serializer.serialize_f64(number),
    }
}

/// Every type that an event can have.
#[derive(StreamSchema, Serialize, Clone, Debug)]
#[stream(name = "json.everything", order_by = id)]
pub(crate) struct Everything {
    /// Identifies it.
    #[stream(id)]
    pub id: Uuid,
    #[stream(timestamp, type = DateTime64(6, "UTC"))]
    pub at: DateTime<Utc>,
    pub truth: bool,
    pub u8: u8,
    pub u16: u16,
    pub u32: u32,
    pub u64: u64,
    #[serde(serialize_with = "digits")]
    pub u128: u128,
    #[stream(type = UInt256)]
    #[serde(serialize_with = "wide_digits")]
    pub u256: [u8; 32],
    pub i8: i8,
    pub i16: i16,
    pub i32: i32,
    pub i64: i64,
    #[serde(serialize_with = "digits")]
    pub i128: i128,
    #[stream(type = Int256)]
    #[serde(serialize_with = "digits")]
    pub i256: i128,
    pub f32: f32,
    #[serde(serialize_with = "float")]
    pub f64: f64,
    #[stream(type = BFloat16)]
    pub bf16: f32,
    #[stream(decimal(9, 2))]
    pub short_decimal: Decimal,
    #[stream(decimal(38, 10))]
    pub decimal: Decimal,
    #[stream(decimal(60, 20))]
    pub wide_decimal: Option<Decimal>,
    pub text: String,
    #[serde(serialize_with = "base64")]
    pub bytes: Vec<u8>,
    #[serde(serialize_with = "base64_list")]
    pub chunks: Vec<Vec<u8>>,
    #[serde(serialize_with = "base64")]
    pub fixed: [u8; 5],
    #[stream(low_cardinality)]
    pub word: Option<String>,
    pub uuid: Option<Uuid>,
    #[stream(type = Date)]
    pub date: NaiveDate,
    pub date32: NaiveDate,
    #[stream(type = DateTime("Europe/Berlin"))]
    pub second: DateTime<Utc>,
    #[stream(type = DateTime64(9, "UTC"))]
    pub nano: DateTime<Utc>,
    #[stream(type = Time)]
    pub time: NaiveTime,
    #[stream(type = Time64(6))]
    pub time64: NaiveTime,
    #[stream(type = IntervalDay)]
    pub days: i64,
    pub v4: Ipv4Addr,
    pub v6: Ipv6Addr,
    pub ip: IpAddr,
    #[stream(type = Enum8("New" = -1, "it's \\ paid" = 2))]
    pub status: Status,
    #[stream(type = Nullable(Enum16("Fine" = 200, "Missing" = 404)))]
    pub code: Option<Code>,
    pub list: Vec<Option<i32>>,
    pub lists: Vec<Vec<String>>,
    pub map: BTreeMap<String, Vec<Option<u64>>>,
    #[stream(type = "Map(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2), Nullable(Float64))")]
    pub by_status: BTreeMap<Status, Option<f64>>,
    pub by_number: BTreeMap<u8, NaiveDate>,
    pub tuple: (u8, String, (Option<i16>, Vec<bool>)),
    #[stream(type = Tuple(amount Int64, currency LowCardinality(String)))]
    pub money: Money,
    #[stream(
        type = "Nested(sku String, price Tuple(amount Int64, currency LowCardinality(String)), type Nullable(UInt8), history Array(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2)))"
    )]
    pub items: Vec<Item>,
    #[stream(
        type = "Array(Tuple(sku String, price Tuple(amount Int64, currency String), type Nullable(UInt8), history Array(Enum8('New' = -1, 'it\\'s \\\\ paid' = 2))))"
    )]
    pub rows: Vec<Item>,
    pub json: serde_json::Value,
    #[stream(type = Point)]
    pub point: (f64, f64),
    #[stream(type = Polygon)]
    pub polygon: Vec<Vec<(f64, f64)>>,
    #[stream(type = QBit(Float32, 2))]
    pub vector: [f32; 2],
    #[stream(type = SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))))]
    pub last: Option<String>,
    #[serde(rename = "$session.id")]
    #[stream(rename = "$session.id")]
    pub session: u64,
}

/// Defaults of each kind, and what is filled in.
#[derive(StreamSchema)]
#[stream(name = "json.defaults", order_by = id)]
#[allow(dead_code, reason = "what matters is what is left out")]
pub(crate) struct Defaults {
    #[stream(id)]
    pub id: String,
    #[stream(timestamp)]
    pub at: DateTime<Utc>,
    #[stream(default = "USD")]
    pub text: String,
    #[stream(default = "raw")]
    pub bytes: Vec<u8>,
    #[stream(default = "ab")]
    pub fixed: [u8; 4],
    #[stream(default = -5)]
    pub number: i64,
    #[stream(default = 0.5)]
    pub float: f32,
    #[stream(decimal(18, 4), default = 9.99)]
    pub price: Decimal,
    #[stream(default = true)]
    pub truth: bool,
    #[stream(default = "2024-02-29 12:00:00.5")]
    pub moment: DateTime<Utc>,
    #[stream(type = Enum8("New" = -1, "it's \\ paid" = 2), default = "it's \\ paid")]
    pub status: Status,
    #[stream(default = ["a", "b"])]
    pub list: Vec<String>,
    #[stream(default = map("a", 1))]
    pub map: BTreeMap<String, u8>,
    #[stream(type = Tuple(a UInt8, b String), default = (1, "x"))]
    pub tuple: (u8, String),
    #[stream(default = "{\"a\": 1}")]
    pub json: serde_json::Value,
    #[stream(default = "some")]
    pub nullable: Option<String>,
    pub nothing: Option<u8>,
    /// Only ClickHouse can compute it, so an event has to bring it.
    #[stream(default = now())]
    pub computed: DateTime<Utc>,
}

pub(crate) fn whole(_: &Ruled) -> Result<(), String> {
    Ok(())
}

pub(crate) fn odd(value: &u8) -> Result<(), &'static str> {
    if value % 2 == 1 { Ok(()) } else { Err("it is even") }
}

/// Every rule.
#[derive(StreamSchema, Serialize, Clone)]
#[stream(name = "json.ruled", order_by = (), validate = whole)]
pub(crate) struct Ruled {
    #[stream(validate(min = 1, max = 9))]
    pub number: u8,
    #[stream(validate(min = -9007199254740993))]
    pub large: i64,
    #[stream(type = UInt256, validate(max = 100000000000000000000000000000000000000000000))]
    #[serde(serialize_with = "digits")]
    pub wide: u128,
    #[stream(validate(max = 0.1))]
    pub single: f32,
    #[stream(validate(min = 0.5))]
    #[serde(serialize_with = "float")]
    pub double: f64,
    #[stream(decimal(18, 4), validate(min = 0.01))]
    pub price: Decimal,
    #[stream(validate(min = "2020-01-01"))]
    pub day: NaiveDate,
    #[stream(validate(max = "2030-01-01 00:00:00"))]
    pub at: DateTime<Utc>,
    #[stream(validate(max = "18:00:00"))]
    pub closes: NaiveTime,
    #[stream(validate(length = 3, one_of("EUR", "USD", "äöü")))]
    pub currency: String,
    #[stream(validate(one_of(200, 404)))]
    pub code: u64,
    #[stream(pii, validate(email))]
    pub email: Option<String>,
    #[stream(validate(url))]
    pub link: Option<String>,
    #[stream(validate(regex = "^[a-z]+$"))]
    pub name: String,
    #[stream(validate(length(max = 2)))]
    #[serde(serialize_with = "base64")]
    pub bytes: Vec<u8>,
    #[stream(validate(length(min = 1), each(length(max = 3), regex = "^#")))]
    pub tags: Vec<String>,
    #[stream(validate(length(max = 1), each(min = 0)))]
    pub map: BTreeMap<String, i32>,
    #[stream(type = Nested(a UInt8), validate(length(max = 1)))]
    pub rows: Vec<Row>,
    #[stream(validate(custom = odd))]
    pub odd: u8,
}

#[derive(StreamType, Serialize, Clone)]
pub(crate) struct Row {
    pub a: u8,
}

pub(crate) fn ruled() -> Ruled {
    Ruled {
        number: 1,
        large: -9_007_199_254_740_993,
        wide: 5,
        single: 0.1,
        double: 0.5,
        price: Decimal::from_str("0.01").expect("a number"),
        day: NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day"),
        at: DateTime::from_timestamp(1_893_456_000, 0).expect("a moment"),
        closes: NaiveTime::from_hms_opt(18, 0, 0).expect("a time"),
        currency: "äöü".into(),
        code: 404,
        email: Some("a@example.com".into()),
        link: None,
        name: "abc".into(),
        bytes: vec![0, 255],
        tags: vec!["#ab".into()],
        map: BTreeMap::from([("a".into(), 0)]),
        rows: vec![Row { a: 1 }],
        odd: 1,
    }
}
