CREATE TABLE IF NOT EXISTS probe_measured
(
    day Date MATERIALIZED toDate(at),
    probe UInt64,
    at DateTime64(6) CODEC(DoubleDelta),
    ended Nullable(DateTime64(6)),
    value Float64 CODEC(Gorilla),
    note String CODEC(Default),
    level UInt8,
    trace UUID,
    labels Map(LowCardinality(String), String),
    `labels.names` Array(LowCardinality(String)) ALIAS mapKeys(labels),
    counts Map(String, UInt64),
    `steps.name` Array(LowCardinality(String)) CODEC(ZSTD(1)),
    `steps.took` Array(Float64) CODEC(ZSTD(1)),
    `steps.short` Array(Float32) MATERIALIZED arrayMap(x -> toFloat32(x), steps.took),
    `$lane` String DEFAULT toString(level) || '-' || note,
    short Nullable(FixedString(3)) DEFAULT toFixedString(left(note, 3), 3),
    marked Map(String, UInt64) MATERIALIZED mapFilter(pair -> pair.1 ILIKE 'mark%' AND pair.2 IS NOT NULL, counts),
    lane String ALIAS `$lane`,
    bucket UInt128 MATERIALIZED bitShiftRight(toUInt128(trace), 64),
    took Nullable(Int64) MATERIALIZED if(ended IS NULL, NULL, dateDiff('microsecond', at, ended)),
    read_at Nullable(DateTime64(6)) MATERIALIZED parseDateTimeBestEffortOrNull(note, 6),
    name String MATERIALIZED trimBoth(note, '"'),
    anything Variant(String, UInt64),
    whatever Dynamic(max_types=4) CODEC(ZSTD(1)),
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30),
    INDEX by_lane `$lane` TYPE bloom_filter GRANULARITY 1,
    CONSTRAINT in_order CHECK ifNull(ended, at) >= at,
    CONSTRAINT known CHECK level >= 1 AND level <= 5 OR note NOT ILIKE '%debug%'
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDDhhmmss(toStartOfInterval(at, toIntervalHour(12)))
PRIMARY KEY (probe, at)
ORDER BY (probe, at)
SETTINGS non_replicated_deduplication_window = 10000;
