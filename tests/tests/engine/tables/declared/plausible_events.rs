//! Events of Plausible: money as decimals, codes of countries, lists of the same length.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "plausible.event",
    table = "events_v2",
    partition_by = toYYYYMM(timestamp),
    order_by = (site_id, toDate(timestamp), name, user_id, timestamp),
    settings(index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct PlausibleEvent {
    #[stream(timestamp, type = DateTime, codec(Delta(4), LZ4))]
    timestamp: DateTime<Utc>,
    #[stream(low_cardinality)]
    name: String,
    site_id: u64,
    user_id: u64,
    session_id: u64,
    #[stream(codec(ZSTD(3)))]
    hostname: String,
    #[stream(codec(ZSTD(3)))]
    pathname: String,
    #[stream(codec(ZSTD(3)))]
    referrer: String,
    #[stream(codec(ZSTD(3)))]
    referrer_source: String,
    country_code: [u8; 2],
    #[stream(low_cardinality)]
    screen_size: String,
    #[stream(low_cardinality)]
    operating_system: String,
    #[stream(low_cardinality)]
    browser: String,
    #[stream(codec(ZSTD(3)))]
    utm_medium: String,
    #[stream(codec(ZSTD(3)))]
    utm_source: String,
    #[stream(type = Nested(key String, value String), codec(ZSTD(3)))]
    meta: Vec<Property>,
    #[stream(low_cardinality)]
    browser_version: String,
    #[stream(low_cardinality)]
    subdivision1_code: String,
    city_geoname_id: u32,
    #[stream(type = Nullable(Decimal(18, 3)))]
    revenue_reporting_amount: Option<Decimal>,
    revenue_reporting_currency: [u8; 3],
    #[stream(type = Nullable(Decimal(18, 3)))]
    revenue_source_amount: Option<Decimal>,
    revenue_source_currency: [u8; 3],
}

#[derive(StreamType)]
pub(crate) struct Property {
    key: String,
    value: String,
}
