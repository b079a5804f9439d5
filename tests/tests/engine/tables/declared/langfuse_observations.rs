//! Observations of Langfuse: versions with deletions, decimals in maps.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "langfuse.observation",
    table = "observations",
    engine = ReplacingMergeTree(event_ts, is_deleted),
    partition_by = toYYYYMM(start_time),
    primary_key = (project_id, type, toDate(start_time)),
    order_by = (project_id, type, toDate(start_time), id),
    index(idx_id: bloom_filter on id),
    index(idx_project_id: bloom_filter on project_id),
    delivery = at_least_once,
)]
pub(crate) struct Observation {
    id: String,
    trace_id: String,
    project_id: String,
    #[stream(low_cardinality)]
    r#type: String,
    parent_observation_id: Option<String>,
    #[stream(timestamp, type = DateTime64(3))]
    start_time: DateTime<Utc>,
    #[stream(type = Nullable(DateTime64(3)))]
    end_time: Option<DateTime<Utc>>,
    name: String,
    #[stream(type = Map(LowCardinality(String), String))]
    metadata: BTreeMap<String, String>,
    #[stream(codec(ZSTD(3)))]
    input: Option<String>,
    #[stream(type = Map(LowCardinality(String), UInt64))]
    provided_usage_details: BTreeMap<String, u64>,
    #[stream(type = Map(LowCardinality(String), Decimal64(12)))]
    provided_cost_details: BTreeMap<String, Decimal>,
    #[stream(decimal(18, 12))]
    total_cost: Option<Decimal>,
    prompt_version: Option<u16>,
    #[stream(type = DateTime64(3), default = now())]
    created_at: DateTime<Utc>,
    #[stream(type = DateTime64(3))]
    event_ts: DateTime<Utc>,
    is_deleted: u8,
    #[stream(low_cardinality, default = "default")]
    environment: String,
}
