//! Sessions of Plausible: rows that collapse, columns under second names, a list of keys and one of values.

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "plausible.session",
    table = "sessions_v2",
    engine = VersionedCollapsingMergeTree(sign, events),
    partition_by = toYYYYMM(start),
    primary_key = (site_id, toDate(start), user_id, session_id),
    sample_by = user_id,
    column(country: LowCardinality(FixedString(2)) = country_code, alias),
    column(city: UInt32 = city_geoname_id, alias),
    column(
        channel: LowCardinality(String) = multiIf(
            click_id_param = "gclid" and lower(referrer_source) = "google", "Paid Search",
            referrer_source in ("", "Direct / None"), "Direct",
            "Referral"
        ),
        materialized,
    ),
    index(minmax_timestamp: minmax on timestamp),
    settings(index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct Session {
    session_id: u64,
    sign: i8,
    site_id: u64,
    user_id: u64,
    #[stream(codec(ZSTD(3)))]
    hostname: String,
    #[stream(timestamp, type = DateTime, codec(Delta(4), LZ4))]
    timestamp: DateTime<Utc>,
    #[stream(type = DateTime, codec(Delta(4), LZ4))]
    start: DateTime<Utc>,
    is_bounce: u8,
    #[stream(codec(ZSTD(3)))]
    entry_page: String,
    #[stream(codec(ZSTD(3)))]
    exit_page: String,
    pageviews: i32,
    events: i32,
    duration: u32,
    #[stream(codec(ZSTD(3)))]
    referrer_source: String,
    #[stream(low_cardinality)]
    country_code: [u8; 2],
    #[stream(low_cardinality)]
    screen_size: String,
    #[stream(type = Nested(key String, value String), codec(ZSTD(3)))]
    entry_meta: Vec<Property>,
    transferred_from: String,
    #[stream(low_cardinality)]
    click_id_param: String,
    city_geoname_id: u32,
}

#[derive(StreamType)]
pub(crate) struct Property {
    key: String,
    value: String,
}
