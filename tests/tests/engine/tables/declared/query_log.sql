-- A table like ClickHouse's own `system.query_log`, most columns left out.
CREATE TABLE query_log_archive
(
    `hostname` LowCardinality(String) COMMENT 'Hostname of the server executing the query.',
    `type` Enum8('QueryStart' = 1, 'QueryFinish' = 2, 'ExceptionBeforeStart' = 3, 'ExceptionWhileProcessing' = 4) COMMENT 'Type of an event that occurred when executing the query.',
    `event_date` Date COMMENT 'Query starting date.' CODEC(Delta(2), ZSTD(1)),
    `event_time` DateTime COMMENT 'Query starting time.' CODEC(Delta(4), ZSTD(1)),
    `event_time_microseconds` DateTime64(6) COMMENT 'Query starting time with microseconds precision.',
    `query_duration_ms` UInt64 COMMENT 'Duration of query execution in milliseconds.',
    `query` String CODEC(ZSTD(3)),
    `normalized_query_hash` UInt64,
    `exception_code` Int32,
    `address` IPv6,
    `ProfileEvents` Map(LowCardinality(String), UInt64),
    `Settings` Map(LowCardinality(String), LowCardinality(String)),
    `used_functions` Array(LowCardinality(String)),
    `ProfileEvents.Names` Array(String) ALIAS mapKeys(ProfileEvents),
    `ProfileEvents.Values` Array(UInt64) ALIAS mapValues(ProfileEvents)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_date)
ORDER BY (event_date, event_time)
TTL event_date + toIntervalDay(30)
SETTINGS index_granularity = 8192
COMMENT 'Contains information about executed queries.'
