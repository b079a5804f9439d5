-- A table with statistics of its columns:
-- https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree#column-statistics
CREATE TABLE measured
(
    id UInt64 STATISTICS(minmax),
    duration UInt32 CODEC(T64, ZSTD(1)) STATISTICS(tdigest, uniq),
    host LowCardinality(String) STATISTICS(uniq),
    at DateTime64(3, 'UTC'),
    note Nullable(String) STATISTICS(uniq) TTL at + toIntervalDay(7)
)
ENGINE = MergeTree
ORDER BY id
