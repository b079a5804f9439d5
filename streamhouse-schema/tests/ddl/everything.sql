CREATE TABLE IF NOT EXISTS web_page_viewed
(
    visitor UInt64,
    viewed_at DateTime64(3, 'UTC'),
    day UInt32 MATERIALIZED toYYYYMMDD(viewed_at) COMMENT 'For keys' CODEC(DoubleDelta, ZSTD(1)),
    site LowCardinality(String),
    url String,
    duration Float32,
    bot Bool,
    address String DEFAULT '' TTL viewed_at + toIntervalDay(30) SETTINGS (max_compress_block_size = 65536),
    embedding Array(Float32) DEFAULT [1, 0, 0, 0, 0, 0, 0, 0],
    body String EPHEMERAL COMMENT 'Measured, and not kept.',
    host String ALIAS domain(url),
    length UInt64 DEFAULT length(body),
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30),
    INDEX by_word url TYPE text(tokenizer = splitByNonAlpha, preprocessor = lower(url)),
    INDEX by_like url TYPE sparse_grams(3, 100, 10240, 3, 0) GRANULARITY 2,
    INDEX near embedding TYPE vector_similarity('hnsw', 'cosineDistance', 8, 'bf16', 32, 128),
    PROJECTION by_visitor (SELECT * ORDER BY visitor),
    PROJECTION daily (SELECT day, count(), uniqState(visitor) AS visitors, countIf(bot) GROUP BY day),
    CONSTRAINT positive CHECK duration >= 0,
    CONSTRAINT of_site ASSUME startsWith(url, site)
)
ENGINE = MergeTree
PRIMARY KEY (site, day)
ORDER BY (site, day, cityHash64(visitor))
SAMPLE BY day
TTL viewed_at + toIntervalDay(7) TO DISK IF EXISTS 'cold', viewed_at + toIntervalDay(30) RECOMPRESS CODEC(ZSTD(17)), viewed_at + toIntervalDay(90) DELETE WHERE bot, viewed_at + toIntervalYear(2)
PARTITION BY intDiv(day, 100)
SETTINGS index_granularity = 4096, non_replicated_deduplication_window = 10000
COMMENT 'Somebody looked at a page.';

CREATE MATERIALIZED VIEW IF NOT EXISTS page_views_daily_feed
TO page_views_daily
AS SELECT day, count() AS hits FROM web_page_viewed GROUP BY day;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_view_report
REFRESH EVERY 1 HOUR
(hits UInt64)
ENGINE = MergeTree ORDER BY tuple()
AS SELECT count() AS hits FROM web_page_viewed;
