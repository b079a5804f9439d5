-- The table `events_v2` of Plausible, some columns left out: https://github.com/plausible/analytics (priv/ingest_repo/migrations).
CREATE TABLE events_v2
(
    timestamp DateTime CODEC(Delta(4), LZ4),
    name LowCardinality(String),
    site_id UInt64,
    user_id UInt64,
    session_id UInt64,
    hostname String CODEC(ZSTD(3)),
    pathname String CODEC(ZSTD(3)),
    referrer String CODEC(ZSTD(3)),
    referrer_source String CODEC(ZSTD(3)),
    country_code FixedString(2),
    screen_size LowCardinality(String),
    operating_system LowCardinality(String),
    browser LowCardinality(String),
    utm_medium String CODEC(ZSTD(3)),
    utm_source String CODEC(ZSTD(3)),
    `meta.key` Array(String) CODEC(ZSTD(3)),
    `meta.value` Array(String) CODEC(ZSTD(3)),
    browser_version LowCardinality(String),
    subdivision1_code LowCardinality(String),
    city_geoname_id UInt32,
    revenue_reporting_amount Nullable(Decimal(18, 3)),
    revenue_reporting_currency FixedString(3),
    revenue_source_amount Nullable(Decimal(18, 3)),
    revenue_source_currency FixedString(3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (site_id, toDate(timestamp), name, user_id, timestamp)
SETTINGS index_granularity = 8192
