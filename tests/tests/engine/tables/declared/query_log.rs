//! ClickHouse's own log of queries: comments everywhere, and names of maps' parts as columns that are computed.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::{StreamSchema, StreamType};

/// Contains information about executed queries.
#[derive(StreamSchema)]
#[stream(
    name = "clickhouse.query",
    table = "query_log_archive",
    partition_by = toYYYYMM(event_date),
    order_by = (event_date, event_time),
    ttl = event_date + days(30),
    column("ProfileEvents.Names": Array(String) = mapKeys(ProfileEvents), alias),
    column("ProfileEvents.Values": Array(UInt64) = mapValues(ProfileEvents), alias),
    settings(index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct Query {
    /// Hostname of the server executing the query.
    #[stream(low_cardinality)]
    hostname: String,
    /// Type of an event that occurred when executing the query.
    #[stream(type = Enum8(
        "QueryStart" = 1, "QueryFinish" = 2, "ExceptionBeforeStart" = 3, "ExceptionWhileProcessing" = 4
    ))]
    r#type: Kind,
    /// Query starting date.
    #[stream(type = Date, codec(Delta(2), ZSTD(1)))]
    event_date: NaiveDate,
    /// Query starting time.
    #[stream(type = DateTime, codec(Delta(4), ZSTD(1)))]
    event_time: DateTime<Utc>,
    /// Query starting time with microseconds precision.
    #[stream(type = DateTime64(6))]
    event_time_microseconds: DateTime<Utc>,
    /// Duration of query execution in milliseconds.
    query_duration_ms: u64,
    #[stream(codec(ZSTD(3)))]
    query: String,
    normalized_query_hash: u64,
    exception_code: i32,
    address: Ipv6Addr,
    #[stream(rename = "ProfileEvents", type = Map(LowCardinality(String), UInt64))]
    profile_events: BTreeMap<String, u64>,
    #[stream(rename = "Settings", type = Map(LowCardinality(String), LowCardinality(String)))]
    settings: BTreeMap<String, String>,
    #[stream(type = Array(LowCardinality(String)))]
    used_functions: Vec<String>,
}

#[derive(StreamType)]
pub(crate) enum Kind {
    QueryStart = 1,
    QueryFinish = 2,
    ExceptionBeforeStart = 3,
    ExceptionWhileProcessing = 4,
}
