//! Every type that a field may have, nested, optional, and with a default where one can be.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use streamhouse::{StreamSchema, StreamType};
use streamhouse::value::{Encode, SegmentBuffer, ValueError, column};

/// A type of the application's own.
pub struct UserId(pub u64);

impl Encode<column::UInt64> for UserId {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        self.0.encode(segments)
    }
}

/// Another name for a type that is known under it.
pub type Uuid = uuid::Uuid;

#[derive(StreamType, Clone, Copy)]
#[repr(i16)]
pub enum Status {
    New = 1,
    #[stream(rename = "it's paid", number = -7)]
    Paid,
}

/// Known under another name.
pub type State = Status;

#[derive(StreamType)]
pub struct Money {
    #[stream(decimal(18, 2))]
    pub amount: rust_decimal::Decimal,
    #[stream(low_cardinality)]
    pub currency: String,
}

#[derive(StreamType)]
pub struct Item {
    pub r#type: u8,
    #[stream(type = Nullable(Enum8("it's paid" = -7, "New" = 1)))]
    pub status: Option<Status>,
    #[stream(type = Tuple(amount Decimal(18, 2), currency String))]
    pub price: Money,
    #[stream(type = Nested(a UInt8))]
    pub inner: Vec<(u8,)>,
}

/// Known under another name.
pub type Items = Vec<Item>;

#[derive(StreamType)]
pub struct Wrapped(pub Option<u32>);

#[derive(StreamType)]
pub struct Twice(#[stream(type = "Nullable(UInt32)")] pub Wrapped);

#[derive(StreamSchema)]
#[stream(name = "types.own", order_by = (items.type, state))]
pub struct Own {
    #[stream(type = Enum8("New" = 1, "it's paid" = -7))]
    pub state: State,
    #[stream(type = LowCardinality(String))]
    pub word: Status,
    #[stream(type = Nested(r#type UInt8, status Nullable(Enum8("it's paid" = -7, "New" = 1)), price Tuple(amount Decimal(18, 2), currency LowCardinality(String)), inner Array(Tuple(a UInt8))))]
    pub items: Items,
    #[stream(type = Array(Tuple(r#type UInt8, status Nullable(Enum8("it's paid" = -7, "New" = 1)), price Tuple(amount Decimal(18, 2), currency String), inner Nested(a UInt8))))]
    pub rows: std::sync::Arc<Items>,
    #[stream(type = Nullable(UInt32))]
    pub twice: Twice,
    #[stream(type = Nested(a UInt8, b String))]
    pub pairs: [(u8, &'static str); 2],
    #[stream(type = Tuple(a UInt8, b String))]
    pub pair: (u8, Box<str>),
    #[stream(type = Map(Enum8("New" = 1, "it's paid" = -7), UInt8))]
    pub map: HashMap<Status, u8>,
    pub value: serde_json::Value,
    pub json: streamhouse::value::Json<Vec<u8>>,
    #[stream(type = JSON)]
    pub text: String,
}

impl PartialEq for Status {
    fn eq(&self, other: &Self) -> bool {
        *self as i16 == *other as i16
    }
}

impl Eq for Status {}

impl std::hash::Hash for Status {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (*self as i16).hash(state);
    }
}

#[derive(StreamSchema)]
#[stream(name = "types.all", order_by = (), builder)]
pub struct Types {
    pub a: Option<Vec<u8>>,
    pub b: Vec<Vec<Option<String>>>,
    pub c: HashMap<String, Vec<BTreeMap<u8, f32>>>,
    pub d: BTreeMap<String, Option<[u8; 3]>>,
    pub e: std::option::Option<std::string::String>,
    #[stream(default = "text")]
    pub f: Box<str>,
    #[stream(default = "text")]
    pub g: Arc<str>,
    #[stream(default = "text")]
    pub h: Cow<'static, str>,
    #[stream(default = "text")]
    pub i: &'static str,
    #[stream(default = "text")]
    pub j: Vec<u8>,
    #[stream(default = "text")]
    pub k: Box<[u8]>,
    #[stream(default = "text")]
    pub l: Arc<[u8]>,
    #[stream(default = "text")]
    pub m: bytes::Bytes,
    #[stream(default = "text")]
    pub n: Option<String>,
    #[stream(default = true)]
    pub o: bool,
    #[stream(default = 1)]
    pub p: f64,
    pub q: u8,
    #[stream(id)]
    pub r: Uuid,
    pub s: Ipv4Addr,
    pub t: Ipv6Addr,
    pub u: IpAddr,
    #[stream(type = UInt64, default = 5)]
    pub v: UserId,
    #[stream(type = Array(Nullable(DateTime64(6, "Asia/Tokyo"))))]
    pub w: Vec<Option<chrono::NaiveDateTime>>,
    #[stream(decimal(18, 4), default = 1.25)]
    pub x: rust_decimal::Decimal,
    #[stream(decimal(18, 4))]
    pub y: Vec<Option<rust_decimal::Decimal>>,
    #[stream(type = "Map(LowCardinality(String), UInt8)")]
    pub z: BTreeMap<String, u8>,
}

fn main() {
    // What only ClickHouse knows, or only the application can make, has to be given.
    let event = Types::builder()
        .b([])
        .c([])
        .d([])
        .q(1)
        .s([127, 0, 0, 1])
        .t([0; 16])
        .u([127, 0, 0, 1])
        .v(UserId(1))
        .w([])
        .x(rust_decimal::Decimal::ONE)
        .y([])
        .z([])
        .build()
        .expect("an event");
    assert_eq!((&*event.k, &*event.l, event.p), (&b"text"[..], &b"text"[..], 1.0));
    assert_eq!(event.n.as_deref(), Some("text"));
    assert_eq!(event.r.get_version_num(), 7);
    assert!(Types::CREATE[0].contains("y Array(Nullable(Decimal(18, 4)))"), "{}", Types::CREATE[0]);
    assert_eq!(Status::TYPE, "Enum8('it\\'s paid' = -7, 'New' = 1)");
    assert_eq!(Twice::TYPE, "Nullable(UInt32)");
    assert!(Own::CREATE[0].contains("`items.type` Array(UInt8)"), "{}", Own::CREATE[0]);
    assert_eq!(Own::SEGMENTS, 1 + 1 + 2 + 3 + 3 + 3 + 8 + 2 + 4 + 2 + 3 + 1 + 1 + 1);
}
