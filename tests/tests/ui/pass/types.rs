//! Every type that a field may have, nested, optional, and with a default where one can be.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use streamhouse::StreamSchema;
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

#[derive(StreamSchema)]
#[stream(name = "types.all", order_by = ())]
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
    assert!(Types::CREATE_TABLE.contains("y Array(Nullable(Decimal(18, 4)))"), "{}", Types::CREATE_TABLE);
}
