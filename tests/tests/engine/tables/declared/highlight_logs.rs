//! Logs of Highlight: indexes of words, and of the keys and values of attributes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "highlight.log",
    table = "logs",
    partition_by = toDate(Timestamp),
    order_by = (ProjectId, Timestamp, UUID),
    ttl = Timestamp + days(30),
    index(idx_trace_id: bloom_filter(0.01) on TraceId),
    index(idx_secure_session_id: bloom_filter(0.01) on SecureSessionId),
    index(idx_log_attr_key: bloom_filter(0.01) on mapKeys(LogAttributes)),
    index(idx_log_attr_value: bloom_filter(0.01) on mapValues(LogAttributes)),
    index(idx_body: tokenbf_v1(32768, 3, 0) on Body),
    settings(index_granularity = 8192, ttl_only_drop_parts = 1),
    delivery = at_least_once,
)]
pub(crate) struct Log {
    #[stream(rename = "Timestamp", timestamp, type = DateTime)]
    timestamp: DateTime<Utc>,
    #[stream(rename = "UUID")]
    uuid: uuid::Uuid,
    #[stream(rename = "TraceId")]
    trace_id: String,
    #[stream(rename = "SpanId")]
    span_id: String,
    #[stream(rename = "TraceFlags")]
    trace_flags: u32,
    #[stream(rename = "SeverityText", low_cardinality)]
    severity_text: String,
    #[stream(rename = "SeverityNumber")]
    severity_number: i32,
    #[stream(rename = "ServiceName", low_cardinality)]
    service_name: String,
    #[stream(rename = "Body")]
    body: String,
    #[stream(rename = "LogAttributes", type = Map(LowCardinality(String), String))]
    log_attributes: BTreeMap<String, String>,
    #[stream(rename = "ProjectId")]
    project_id: u32,
    #[stream(rename = "SecureSessionId")]
    secure_session_id: String,
    #[stream(rename = "Source", low_cardinality)]
    source: String,
    #[stream(rename = "ServiceVersion")]
    service_version: String,
    #[stream(rename = "Environment")]
    environment: String,
}
