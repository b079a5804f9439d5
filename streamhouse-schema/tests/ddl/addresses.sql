CREATE TABLE IF NOT EXISTS flow_addresses
(
    router LowCardinality(IPv6),
    day LowCardinality(Nullable(Date)),
    networks Array(LowCardinality(UInt32)),
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = MergeTree
ORDER BY router
SETTINGS index_granularity = 4096, allow_suspicious_low_cardinality_types = 1, non_replicated_deduplication_window = 10000;
