//! The table of types in `docs/declaring.md`, as rustc sees it: every Rust type that it names goes into the column.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroU128,
};
use std::path::Path;
use std::sync::Arc;

use streamhouse::StreamType;
use streamhouse::value::{ColumnType, Encode, column};

#[derive(StreamType)]
enum Status {
    #[stream(rename = "new")]
    New = 1,
    #[stream(rename = "paid")]
    Paid = 2,
}

#[derive(StreamType)]
enum WideStatus {
    #[stream(rename = "new")]
    New = 1,
    #[stream(rename = "paid")]
    Paid = 1000,
}

#[derive(StreamType, serde::Serialize)]
struct Item {
    sku: String,
    price: f64,
}

const fn takes<T: Encode<C>, C: ColumnType>() {}

macro_rules! mapping {
    ($($text:literal, $column:ty: $($rust:ty),*;)*) => {
        const _: () = {
            $($(takes::<$rust, $column>();)*)*
        };

        const ROWS: &[(&str, &[&str])] = &[$(($text, &[$(stringify!($rust)),*])),*];
    };
}

mapping! {
    "UInt8", column::UInt8: u8, NonZeroU8;
    "UInt16", column::UInt16: u16, NonZeroU16;
    "UInt32", column::UInt32: u32, NonZeroU32;
    "UInt64", column::UInt64: u64, NonZeroU64;
    "UInt128", column::UInt128: u128, NonZeroU128;
    "UInt256", column::UInt256: u128, [u8; 32];
    "Int8", column::Int8: i8, NonZeroI8;
    "Int16", column::Int16: i16, NonZeroI16;
    "Int32", column::Int32: i32, NonZeroI32;
    "Int64", column::Int64: i64, NonZeroI64;
    "Int128", column::Int128: i128, NonZeroI128;
    "Int256", column::Int256: i128, [u8; 32];
    "Float32", column::Float32: f32;
    "Float64", column::Float64: f64;
    "BFloat16", column::BFloat16: f32;
    "Bool", column::Bool: bool;
    "String", column::String: String, Box<str>, Arc<str>, Cow<'static, str>, &'static str, Vec<u8>, Box<[u8]>, Arc<[u8]>, &'static [u8], bytes::Bytes, ipnet::IpNet, ipnet::Ipv4Net, ipnet::Ipv6Net;
    "FixedString(16)", column::FixedString<16>: [u8; 16];
    "UUID", column::Uuid: uuid::Uuid;
    "Date", column::Date: chrono::NaiveDate, time::Date, jiff::civil::Date;
    "Date32", column::Date32: chrono::NaiveDate, time::Date, jiff::civil::Date;
    "DateTime('UTC')", column::DateTime: chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, time::OffsetDateTime, time::UtcDateTime, time::PrimitiveDateTime, jiff::Timestamp, jiff::Zoned, jiff::civil::DateTime;
    "DateTime64(3, 'UTC')", column::DateTime64<3>: chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, time::OffsetDateTime, time::UtcDateTime, time::PrimitiveDateTime, jiff::Timestamp, jiff::Zoned, jiff::civil::DateTime;
    "Time", column::Time: chrono::NaiveTime, time::Time, jiff::civil::Time, std::time::Duration, chrono::TimeDelta, time::Duration, jiff::SignedDuration;
    "Time64(3)", column::Time64<3>: chrono::NaiveTime, time::Time, jiff::civil::Time, std::time::Duration, chrono::TimeDelta, time::Duration, jiff::SignedDuration;
    "IntervalNanosecond", column::Interval: i64;
    "IntervalMicrosecond", column::Interval: i64;
    "IntervalMillisecond", column::Interval: i64;
    "IntervalSecond", column::Interval: i64;
    "IntervalMinute", column::Interval: i64;
    "IntervalHour", column::Interval: i64;
    "IntervalDay", column::Interval: i64;
    "IntervalWeek", column::Interval: i64;
    "IntervalMonth", column::Interval: i64;
    "IntervalQuarter", column::Interval: i64;
    "IntervalYear", column::Interval: i64;
    "Decimal(18, 4)", column::Decimal<18, 4>: rust_decimal::Decimal;
    "IPv4", column::Ipv4: std::net::Ipv4Addr;
    "IPv6", column::Ipv6: std::net::Ipv6Addr, std::net::IpAddr;
    "Enum8('new' = 1, 'paid' = 2)", column::Enum8: Status;
    "Enum16('new' = 1, 'paid' = 1000)", column::Enum16: WideStatus;
    "Array(UInt16)", column::Array<column::UInt16>: Vec<u16>, [u16; 4], Box<[u16]>, Arc<[u16]>, &'static [u16], VecDeque<u16>, HashSet<u16>, BTreeSet<u16>;
    "Map(String, UInt16)", column::Map<column::String, column::UInt16>: HashMap<String, u16>, BTreeMap<String, u16>;
    "Tuple(String, UInt16)", column::Tuple<(column::String, column::UInt16)>: (String, u16);
    "Tuple(sku String, price Float64)", column::Tuple<(column::String, column::Float64)>: (String, f64), Item;
    "Nested(sku String, price Float64)", column::Nested<(column::String, column::Float64)>: Vec<(String, f64)>, Vec<Item>;
    "Nullable(UInt16)", column::Nullable<column::UInt16>: Option<u16>;
    "LowCardinality(String)", column::String: String;
    "JSON", column::Json: serde_json::Value, streamhouse::value::Json<Item>, String;
    "QBit(Float32, 1536)", column::QBit<column::Float32, 1536>: [f32; 1536];
    "Point", column::Tuple<(column::Float64, column::Float64)>: (f64, f64);
    "Ring", column::Array<column::Tuple<(column::Float64, column::Float64)>>: Vec<(f64, f64)>;
    "LineString", column::Array<column::Tuple<(column::Float64, column::Float64)>>: Vec<(f64, f64)>;
    "MultiLineString", column::Array<column::Array<column::Tuple<(column::Float64, column::Float64)>>>: Vec<Vec<(f64, f64)>>;
    "Polygon", column::Array<column::Array<column::Tuple<(column::Float64, column::Float64)>>>: Vec<Vec<(f64, f64)>>;
    "MultiPolygon", column::Array<column::Array<column::Array<column::Tuple<(column::Float64, column::Float64)>>>>: Vec<Vec<Vec<(f64, f64)>>>;
    "SimpleAggregateFunction(sum, UInt64)", column::UInt64: u64;
    "AggregateFunction(uniq, String)", column::Unsendable: ;
    "Variant(String, UInt16)", column::Unsendable: ;
    "Dynamic", column::Unsendable: ;
    "Geometry", column::Unsendable: ;
}

/// The page names these and no others.
#[test]
fn the_page_names_what_rustc_takes() {
    // They are there to be encoded, and hold something else than what stands beside them.
    let encoded = (Status::New as i8, Status::Paid as i8, WideStatus::New as i16, WideStatus::Paid as i16);
    assert_eq!(encoded, (1, 2, 1, 1000));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/declaring.md");
    let text = std::fs::read_to_string(path).expect("the page");
    let (_, table) = text.split_once("| ClickHouse | by itself | with `type` |\n").expect("the table");
    let dense = |text: &str| text.replace(char::is_whitespace, "");
    let named: Vec<(String, Vec<String>)> = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let mut words = line.split('`').skip(1).step_by(2).map(dense);
            let ty = words.next().expect("a type");
            let is_type = |word: &String| !word.contains('…') && word != "low_cardinality";
            (ty, words.filter(is_type).collect())
        })
        .collect();
    let taken: Vec<(String, Vec<String>)> =
        ROWS.iter().map(|(ty, rust)| (dense(ty), rust.iter().map(|one| dense(one)).collect())).collect();
    assert_eq!(named, taken);
}
