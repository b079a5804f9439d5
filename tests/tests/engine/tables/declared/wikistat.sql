-- The table `wikistat` of the ClickHouse documentation: https://clickhouse.com/docs/getting-started/example-datasets/wikistat.
CREATE TABLE wikistat
(
    time DateTime CODEC(Delta(4), ZSTD(3)),
    project LowCardinality(String),
    subproject LowCardinality(String),
    path String CODEC(ZSTD(3)),
    hits UInt64 CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY (path, time)
