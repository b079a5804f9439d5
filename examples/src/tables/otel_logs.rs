//! Logs, as the ClickHouse exporter of the OpenTelemetry collector stores them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "otel.log",
    table = "otel_logs",
    rename_all = "PascalCase",
    partition_by = toDate(TimestampTime),
    primary_key = (ServiceName, TimestampTime),
    order_by = (ServiceName, TimestampTime, Timestamp),
    ttl = TimestampTime + days(3),
    index(idx_trace_id: bloom_filter(0.001) on TraceId),
    index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
    index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
    index(idx_scope_attr_key: bloom_filter(0.01) on mapKeys(ScopeAttributes)),
    index(idx_scope_attr_value: bloom_filter(0.01) on mapValues(ScopeAttributes)),
    index(idx_log_attr_key: bloom_filter(0.01) on mapKeys(LogAttributes)),
    index(idx_log_attr_value: bloom_filter(0.01) on mapValues(LogAttributes)),
    index(idx_body: tokenbf_v1(32768, 3, 0) on Body, granularity = 8),
    index(idx_body_ngrambf: ngrambf_v1(4, 32768, 3, 0) on Body),
    settings(index_granularity = 8192, ttl_only_drop_parts = 1),
    column(TimestampTime: DateTime = toDateTime(Timestamp), default, after = Timestamp),
    delivery = at_least_once,
    allow(fine_time, reason = "nanoseconds, as the exporter has them"),
)]
#[allow(missing_docs, reason = "doc comments would be comments of the table, and the exporter's has none")]
pub struct LogRecord {
    #[stream(timestamp, type = DateTime64(9), codec(Delta(8), ZSTD(1)))]
    pub timestamp: DateTime<Utc>,
    #[stream(codec(ZSTD(1)))]
    pub trace_id: String,
    #[stream(codec(ZSTD(1)))]
    pub span_id: String,
    pub trace_flags: u8,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub severity_text: String,
    pub severity_number: u8,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub service_name: String,
    #[stream(codec(ZSTD(1)))]
    pub body: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub resource_schema_url: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub resource_attributes: BTreeMap<String, String>,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub scope_schema_url: String,
    #[stream(codec(ZSTD(1)))]
    pub scope_name: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub scope_version: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub scope_attributes: BTreeMap<String, String>,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub log_attributes: BTreeMap<String, String>,
}
