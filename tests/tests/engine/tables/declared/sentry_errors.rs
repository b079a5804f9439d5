//! Errors of Sentry: a time to live that each row brings, hashes of tags, partitions of two parts.

use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};
use uuid::Uuid;

#[derive(StreamSchema)]
#[stream(
    name = "sentry.error",
    table = "errors_local",
    engine = ReplacingMergeTree(deleted),
    partition_by = (retention_days, toMonday(timestamp)),
    order_by = (project_id, toStartOfDay(timestamp), primary_hash, cityHash64(event_id)),
    sample_by = cityHash64(event_id),
    ttl = timestamp + days(retention_days),
    column(user_hash: UInt64 = cityHash64(user), materialized, after = user),
    column(
        _tags_hash_map: Array(UInt64) = arrayMap(
            (k, v) -> cityHash64(concat(replaceRegexpAll(k, "(\\=|\\\\)", "\\\\\\1"), "=", v)),
            tags.key,
            tags.value
        ),
        materialized,
        after = tags,
    ),
    column(transaction_hash: UInt64 = cityHash64(transaction_name), materialized, after = transaction_name),
    index(bf_tags_hash_map: bloom_filter on _tags_hash_map),
    index(minmax_group_id: minmax on group_id),
    index(bf_release: bloom_filter on release),
    settings(index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct Error {
    project_id: u64,
    #[stream(timestamp, type = DateTime)]
    timestamp: DateTime<Utc>,
    #[stream(codec(NONE))]
    event_id: Uuid,
    #[stream(low_cardinality)]
    platform: String,
    #[stream(low_cardinality)]
    environment: Option<String>,
    #[stream(low_cardinality)]
    release: Option<String>,
    ip_address_v4: Option<Ipv4Addr>,
    ip_address_v6: Option<Ipv6Addr>,
    #[stream(default = "")]
    user: String,
    user_id: Option<String>,
    #[stream(type = Nested(key String, value String))]
    tags: Vec<Tag>,
    #[stream(low_cardinality, default = "")]
    transaction_name: String,
    span_id: Option<u64>,
    trace_id: Option<Uuid>,
    partition: u16,
    #[stream(codec(DoubleDelta, LZ4))]
    offset: u64,
    #[stream(type = DateTime)]
    message_timestamp: DateTime<Utc>,
    retention_days: u16,
    deleted: u8,
    group_id: u64,
    primary_hash: Uuid,
    hierarchical_hashes: Vec<Uuid>,
    #[stream(type = DateTime)]
    received: DateTime<Utc>,
    #[stream(low_cardinality)]
    r#type: String,
    #[stream(type = Nested(type Nullable(String), value Nullable(String), mechanism_handled Nullable(UInt8)))]
    exception_stacks: Vec<Stack>,
    sdk_integrations: Vec<String>,
    #[stream(type = Nested(name String, version String))]
    modules: Vec<Module>,
    #[stream(type = DateTime64(3), default = toDateTime64(timestamp, 3))]
    timestamp_ms: DateTime<Utc>,
}

#[derive(StreamType)]
pub(crate) struct Tag {
    key: String,
    value: String,
}

#[derive(StreamType)]
pub(crate) struct Stack {
    r#type: Option<String>,
    value: Option<String>,
    mechanism_handled: Option<u8>,
}

#[derive(StreamType)]
pub(crate) struct Module {
    name: String,
    version: String,
}
