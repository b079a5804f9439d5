//! Sums, as the ClickHouse exporter of the OpenTelemetry collector stores these metrics.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "otel.metric.sum",
    table = "otel_metrics_sum",
    rename_all = "PascalCase",
    partition_by = toDate(TimeUnix),
    order_by = (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix)),
    ttl = toDateTime(TimeUnix) + days(3),
    index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
    index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
    index(idx_scope_attr_key: bloom_filter(0.01) on mapKeys(ScopeAttributes)),
    index(idx_scope_attr_value: bloom_filter(0.01) on mapValues(ScopeAttributes)),
    index(idx_attr_key: bloom_filter(0.01) on mapKeys(Attributes)),
    index(idx_attr_value: bloom_filter(0.01) on mapValues(Attributes)),
    settings(index_granularity = 8192, ttl_only_drop_parts = 1),
    delivery = at_least_once,
    allow(fine_time, reason = "nanoseconds, as the exporter has them"),
)]
#[allow(missing_docs, reason = "doc comments would be comments of the table, and the exporter's has none")]
pub struct Sum {
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub resource_attributes: BTreeMap<String, String>,
    #[stream(codec(ZSTD(1)))]
    pub resource_schema_url: String,
    #[stream(codec(ZSTD(1)))]
    pub scope_name: String,
    #[stream(codec(ZSTD(1)))]
    pub scope_version: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub scope_attributes: BTreeMap<String, String>,
    #[stream(codec(ZSTD(1)))]
    pub scope_dropped_attr_count: u32,
    #[stream(codec(ZSTD(1)))]
    pub scope_schema_url: String,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    pub service_name: String,
    #[stream(codec(ZSTD(1)))]
    pub metric_name: String,
    #[stream(codec(ZSTD(1)))]
    pub metric_description: String,
    #[stream(codec(ZSTD(1)))]
    pub metric_unit: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    pub attributes: BTreeMap<String, String>,
    #[stream(type = DateTime64(9), codec(Delta, ZSTD(1)))]
    pub start_time_unix: DateTime<Utc>,
    #[stream(timestamp, type = DateTime64(9), codec(Delta, ZSTD(1)))]
    pub time_unix: DateTime<Utc>,
    #[stream(codec(ZSTD(1)))]
    pub value: f64,
    #[stream(codec(ZSTD(1)))]
    pub flags: u32,
    #[stream(
        type = Nested(
            FilteredAttributes Map(LowCardinality(String), String),
            TimeUnix DateTime64(9),
            Value Float64,
            SpanId String,
            TraceId String
        ),
        codec(ZSTD(1)),
    )]
    pub exemplars: Vec<Exemplar>,
    #[stream(codec(ZSTD(1)))]
    pub aggregation_temporality: i32,
    #[stream(codec(Delta, ZSTD(1)), allow(delta_of_no_order, reason = "as the exporter has it"))]
    pub is_monotonic: bool,
}

#[derive(StreamType)]
#[stream(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are OpenTelemetry's")]
pub struct Exemplar {
    #[stream(type = Map(LowCardinality(String), String))]
    pub filtered_attributes: BTreeMap<String, String>,
    #[stream(type = DateTime64(9))]
    pub time_unix: DateTime<Utc>,
    pub value: f64,
    pub span_id: String,
    pub trace_id: String,
}
