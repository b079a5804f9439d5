//! Spans of Uptrace: a sorting key that begins with the system, chains of codecs on every number, a TTL of days.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "uptrace.span",
    table = "spans_index",
    partition_by = toDate(time),
    order_by = (project_id, system, group_id, time),
    ttl = toDate(time) + days(14),
    settings(ttl_only_drop_parts = 1, index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct Span {
    #[stream(codec(DoubleDelta, ZSTD(1)))]
    project_id: u32,
    #[stream(low_cardinality)]
    r#type: String,
    #[stream(low_cardinality)]
    system: String,
    #[stream(codec(Delta(8), ZSTD(1)))]
    group_id: u64,
    #[stream(codec(ZSTD(1)))]
    trace_id: uuid::Uuid,
    #[stream(codec(T64, ZSTD(1)))]
    id: u64,
    #[stream(codec(T64, ZSTD(1)))]
    parent_id: u64,
    #[stream(low_cardinality)]
    name: String,
    #[stream(codec(ZSTD(1)))]
    display_name: String,
    #[stream(timestamp, type = DateTime64(6), codec(DoubleDelta, ZSTD(1)))]
    time: DateTime<Utc>,
    #[stream(codec(T64, ZSTD(1)))]
    duration: i64,
    #[stream(low_cardinality)]
    kind: String,
    #[stream(low_cardinality)]
    status_code: String,
    #[stream(codec(ZSTD(1)))]
    status_message: String,
    #[stream(codec(Gorilla, ZSTD(1)), default = 1)]
    count: f32,
    #[stream(codec(ZSTD(1)))]
    link_count: u8,
    #[stream(codec(ZSTD(1)))]
    event_count: u8,
    #[stream(type = Array(LowCardinality(String)), codec(ZSTD(1)))]
    string_keys: Vec<String>,
    #[stream(codec(ZSTD(1)))]
    string_values: Vec<String>,
    #[stream(low_cardinality)]
    deployment_environment: String,
    #[stream(low_cardinality)]
    service_name: String,
}
