//! Spans, as the ClickHouse exporter of the OpenTelemetry collector stores them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "otel.span",
    table = "otel_traces",
    rename_all = "PascalCase",
    partition_by = toDate(Timestamp),
    primary_key = (ServiceName, SpanName, toDateTime(Timestamp)),
    order_by = (ServiceName, SpanName, toDateTime(Timestamp), Timestamp),
    ttl = toDateTime(Timestamp) + days(3),
    column(
        ResourceAttributeItems: Array(String) =
            arrayMap(kv -> concat(kv.1, "=", kv.2), CAST(ResourceAttributes, "Array(Tuple(String, String))")),
        alias,
    ),
    column(
        SpanAttributeItems: Array(String) =
            arrayMap(kv -> concat(kv.1, "=", kv.2), CAST(SpanAttributes, "Array(Tuple(String, String))")),
        alias,
    ),
    index(idx_trace_id: bloom_filter(0.001) on TraceId),
    index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
    index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
    index(idx_span_attr_key: bloom_filter(0.01) on mapKeys(SpanAttributes)),
    index(idx_span_attr_value: bloom_filter(0.01) on mapValues(SpanAttributes)),
    index(idx_duration: minmax on Duration),
    index(idx_lower_span_name: tokenbf_v1(32768, 3, 0) on lower(SpanName), granularity = 8),
    settings(index_granularity = 8192, ttl_only_drop_parts = 1),
    delivery = at_least_once,
    allow(fine_time, reason = "nanoseconds, as the exporter has them"),
)]
#[allow(missing_docs, reason = "doc comments would be comments of the table, and the exporter's has none")]
pub struct Span {
    #[stream(timestamp, type = DateTime64(9), codec(Delta(8), ZSTD(1)))]
    pub timestamp: DateTime<Utc>,
    #[stream(codec(ZSTD(1)))]
    pub trace_id: String,
    #[stream(codec(ZSTD(1)))]
    pub span_id: String,
    #[stream(codec(ZSTD(1)))]
    pub parent_span_id: String,
    #[stream(codec(ZSTD(1)))]
    pub trace_state: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub span_name: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub span_kind: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub service_name: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub resource_attributes: BTreeMap<String, String>,
    #[stream(codec(ZSTD(1)))]
    pub scope_name: String,
    #[stream(codec(ZSTD(1)))]
    pub scope_version: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub span_attributes: BTreeMap<String, String>,
    // Nanoseconds.
    #[stream(codec(T64, ZSTD(1)))]
    pub duration: u64,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub status_code: String,
    #[stream(codec(ZSTD(1)))]
    pub status_message: String,
    #[stream(
        type = Nested(
            Timestamp DateTime64(9),
            Name LowCardinality(String),
            Attributes Map(LowCardinality(String), String)
        ),
        codec(ZSTD(1)),
    )]
    pub events: Vec<Event>,
    #[stream(
        type = Nested(
            TraceId String,
            SpanId String,
            TraceState String,
            Attributes Map(LowCardinality(String), String)
        ),
        codec(ZSTD(1)),
    )]
    pub links: Vec<Link>,
}

#[derive(StreamType)]
#[stream(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are OpenTelemetry's")]
pub struct Event {
    #[stream(type = DateTime64(9))]
    pub timestamp: DateTime<Utc>,
    #[stream(low_cardinality)]
    pub name: String,
    #[stream(type = Map(LowCardinality(String), String))]
    pub attributes: BTreeMap<String, String>,
}

#[derive(StreamType)]
#[stream(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are OpenTelemetry's")]
pub struct Link {
    pub trace_id: String,
    pub span_id: String,
    pub trace_state: String,
    #[stream(type = Map(LowCardinality(String), String))]
    pub attributes: BTreeMap<String, String>,
}
