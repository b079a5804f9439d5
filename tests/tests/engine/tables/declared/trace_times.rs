//! When traces began and ended: values that merge.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "otel.trace.times",
    table = "otel_traces_trace_id_ts",
    engine = AggregatingMergeTree,
    partition_by = toStartOfWeek(Start),
    order_by = TraceId,
    rename_all = "PascalCase",
    ttl = toDateTime(Start) + days(3),
    settings(index_granularity = 8192, ttl_only_drop_parts = 1),
    delivery = at_least_once,
)]
pub(crate) struct TraceTimes {
    #[stream(codec(ZSTD(1)))]
    trace_id: String,
    #[stream(type = SimpleAggregateFunction(min, DateTime), codec(ZSTD(1)))]
    start: DateTime<Utc>,
    #[stream(type = SimpleAggregateFunction(max, DateTime), codec(ZSTD(1)))]
    end: DateTime<Utc>,
}
