//! Logs of SigNoz: time as a number, indexes of maps, columns that stand for keys of maps.

use std::collections::BTreeMap;

use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "signoz.log",
    table = "logs_v2",
    partition_by = toDate(timestamp / 1000000000),
    order_by = (ts_bucket_start, resource_fingerprint, severity_text, timestamp, id),
    ttl = toDateTime(timestamp / 1000000000) + INTERVAL 1296000 SECOND DELETE,
    column(
        "attribute_string_http$$method": String = attributes_string["http.method"],
        default,
        codec(ZSTD(1)),
    ),
    column(
        "attribute_string_http$$method_exists": Bool =
            if(mapContains(attributes_string, "http.method") != 0, true, false),
        default,
        codec(ZSTD(1)),
    ),
    index(body_idx: ngrambf_v1(4, 60000, 5, 0) on lower(body)),
    index(id_minmax: minmax on id),
    index(severity_number_idx: set(25) on severity_number, granularity = 4),
    index(attributes_string_idx_key: tokenbf_v1(1024, 2, 0) on mapKeys(attributes_string)),
    index(attributes_string_idx_val: ngrambf_v1(4, 5000, 2, 0) on mapValues(attributes_string)),
    index(attributes_number_idx_val: bloom_filter on mapValues(attributes_number)),
    index(attributes_bool_idx_key: tokenbf_v1(1024, 2, 0) on mapKeys(attributes_bool)),
    index(
        "attribute_string_http$$method_idx": bloom_filter(0.01) on "`attribute_string_http$$method`",
        granularity = 64,
    ),
    settings(ttl_only_drop_parts = 1, index_granularity = 8192),
    delivery = at_least_once,
)]
pub(crate) struct Log {
    #[stream(codec(DoubleDelta, LZ4))]
    ts_bucket_start: u64,
    #[stream(codec(ZSTD(1)))]
    resource_fingerprint: String,
    #[stream(codec(DoubleDelta, LZ4))]
    timestamp: u64,
    #[stream(codec(ZSTD(1)))]
    id: String,
    trace_flags: u32,
    #[stream(low_cardinality, codec(ZSTD(1)))]
    severity_text: String,
    severity_number: u8,
    #[stream(codec(ZSTD(2)))]
    body: String,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    attributes_string: BTreeMap<String, String>,
    #[stream(type = Map(LowCardinality(String), Float64), codec(ZSTD(1)))]
    attributes_number: BTreeMap<String, f64>,
    #[stream(type = Map(LowCardinality(String), Bool), codec(ZSTD(1)))]
    attributes_bool: BTreeMap<String, bool>,
    #[stream(type = Map(LowCardinality(String), String), codec(ZSTD(1)))]
    resources_string: BTreeMap<String, String>,
    #[stream(type = "JSON(max_dynamic_paths = 100)", codec(ZSTD(1)))]
    resource: serde_json::Value,
}
