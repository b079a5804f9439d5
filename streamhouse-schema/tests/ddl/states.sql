CREATE TABLE IF NOT EXISTS visit_states
(
    site UInt32,
    begun SimpleAggregateFunction(min, DateTime),
    visitors AggregateFunction(uniq, UInt64),
    entry AggregateFunction(argMin, Nullable(String), DateTime64(3)) COMMENT 'where it began' CODEC(ZSTD(3)),
    paths SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
    last_of SimpleAggregateFunction(maxMap, Map(String, String)),
    `marks.key` Array(UInt64),
    `marks.value` Array(UInt64),
    times AggregateFunction(quantiles(0.5, 0.99), Float64) CODEC(Default),
    INDEX by_path paths TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(begun)
PRIMARY KEY (site, toStartOfDay(begun))
ORDER BY (site, toStartOfDay(begun), marks.key, marks.value);
