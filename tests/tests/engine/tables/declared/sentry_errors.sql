-- The table `errors_local` of Sentry's Snuba, some columns left out: https://github.com/getsentry/snuba.
CREATE TABLE errors_local
(
    project_id UInt64,
    timestamp DateTime,
    event_id UUID CODEC(NONE),
    platform LowCardinality(String),
    environment LowCardinality(Nullable(String)),
    release LowCardinality(Nullable(String)),
    ip_address_v4 Nullable(IPv4),
    ip_address_v6 Nullable(IPv6),
    user String DEFAULT '',
    user_hash UInt64 MATERIALIZED cityHash64(user),
    user_id Nullable(String),
    tags Nested(key String, value String),
    _tags_hash_map Array(UInt64) MATERIALIZED arrayMap((k, v) -> cityHash64(concat(replaceRegexpAll(k, '(\\=|\\\\)', '\\\\\\1'), '=', v)), tags.key, tags.value),
    transaction_name LowCardinality(String) DEFAULT '',
    transaction_hash UInt64 MATERIALIZED cityHash64(transaction_name),
    span_id Nullable(UInt64),
    trace_id Nullable(UUID),
    partition UInt16,
    offset UInt64 CODEC(DoubleDelta, LZ4),
    message_timestamp DateTime,
    retention_days UInt16,
    deleted UInt8,
    group_id UInt64,
    primary_hash UUID,
    hierarchical_hashes Array(UUID),
    received DateTime,
    type LowCardinality(String),
    exception_stacks Nested(
        type Nullable(String),
        value Nullable(String),
        mechanism_handled Nullable(UInt8)
    ),
    sdk_integrations Array(String),
    modules Nested(name String, version String),
    timestamp_ms DateTime64(3) DEFAULT toDateTime64(timestamp, 3),
    INDEX bf_tags_hash_map _tags_hash_map TYPE bloom_filter GRANULARITY 1,
    INDEX minmax_group_id group_id TYPE minmax GRANULARITY 1,
    INDEX bf_release release TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(deleted)
PARTITION BY (retention_days, toMonday(timestamp))
ORDER BY (project_id, toStartOfDay(timestamp), primary_hash, cityHash64(event_id))
SAMPLE BY cityHash64(event_id)
TTL timestamp + toIntervalDay(retention_days)
SETTINGS index_granularity = 8192
