-- The table `logs_v2` of SigNoz, on one server: https://github.com/SigNoz/signoz-otel-collector.
CREATE TABLE logs_v2
(
    ts_bucket_start UInt64 CODEC(DoubleDelta, LZ4),
    resource_fingerprint String CODEC(ZSTD(1)),
    timestamp UInt64 CODEC(DoubleDelta, LZ4),
    id String CODEC(ZSTD(1)),
    trace_flags UInt32,
    severity_text LowCardinality(String) CODEC(ZSTD(1)),
    severity_number UInt8,
    body String CODEC(ZSTD(2)),
    attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_number Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    resources_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource JSON(max_dynamic_paths = 100) CODEC(ZSTD(1)),
    `attribute_string_http$$method` String DEFAULT attributes_string['http.method'] CODEC(ZSTD(1)),
    `attribute_string_http$$method_exists` Bool DEFAULT if(mapContains(attributes_string, 'http.method') != 0, true, false) CODEC(ZSTD(1)),
    INDEX body_idx lower(body) TYPE ngrambf_v1(4, 60000, 5, 0) GRANULARITY 1,
    INDEX id_minmax id TYPE minmax GRANULARITY 1,
    INDEX severity_number_idx severity_number TYPE set(25) GRANULARITY 4,
    INDEX attributes_string_idx_key mapKeys(attributes_string) TYPE tokenbf_v1(1024, 2, 0) GRANULARITY 1,
    INDEX attributes_string_idx_val mapValues(attributes_string) TYPE ngrambf_v1(4, 5000, 2, 0) GRANULARITY 1,
    INDEX attributes_number_idx_val mapValues(attributes_number) TYPE bloom_filter GRANULARITY 1,
    INDEX attributes_bool_idx_key mapKeys(attributes_bool) TYPE tokenbf_v1(1024, 2, 0) GRANULARITY 1,
    INDEX `attribute_string_http$$method_idx` `attribute_string_http$$method` TYPE bloom_filter(0.01) GRANULARITY 64
)
ENGINE = MergeTree
PARTITION BY toDate(timestamp / 1000000000)
ORDER BY (ts_bucket_start, resource_fingerprint, severity_text, timestamp, id)
TTL toDateTime(timestamp / 1000000000) + INTERVAL 1296000 SECOND DELETE
SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192
