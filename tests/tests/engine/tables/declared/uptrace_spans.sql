-- The table `spans_index` of Uptrace, in its main features: https://github.com/uptrace/uptrace (bun/ch migrations).
CREATE TABLE spans_index
(
    project_id UInt32 CODEC(DoubleDelta, ZSTD(1)),
    type LowCardinality(String),
    system LowCardinality(String),
    group_id UInt64 CODEC(Delta(8), ZSTD(1)),
    trace_id UUID CODEC(ZSTD(1)),
    id UInt64 CODEC(T64, ZSTD(1)),
    parent_id UInt64 CODEC(T64, ZSTD(1)),
    name LowCardinality(String),
    display_name String CODEC(ZSTD(1)),
    time DateTime64(6) CODEC(DoubleDelta, ZSTD(1)),
    duration Int64 CODEC(T64, ZSTD(1)),
    kind LowCardinality(String),
    status_code LowCardinality(String),
    status_message String CODEC(ZSTD(1)),
    count Float32 DEFAULT 1 CODEC(Gorilla, ZSTD(1)),
    link_count UInt8 CODEC(ZSTD(1)),
    event_count UInt8 CODEC(ZSTD(1)),
    string_keys Array(LowCardinality(String)) CODEC(ZSTD(1)),
    string_values Array(String) CODEC(ZSTD(1)),
    deployment_environment LowCardinality(String),
    service_name LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (project_id, system, group_id, time)
TTL toDate(time) + toIntervalDay(14)
SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192
