-- The table `sessions_v2` of Plausible: https://github.com/plausible/analytics (priv/ingest_repo/migrations).
CREATE TABLE sessions_v2
(
    session_id UInt64,
    sign Int8,
    site_id UInt64,
    user_id UInt64,
    hostname String CODEC(ZSTD(3)),
    timestamp DateTime CODEC(Delta(4), LZ4),
    start DateTime CODEC(Delta(4), LZ4),
    is_bounce UInt8,
    entry_page String CODEC(ZSTD(3)),
    exit_page String CODEC(ZSTD(3)),
    pageviews Int32,
    events Int32,
    duration UInt32,
    referrer_source String CODEC(ZSTD(3)),
    country_code LowCardinality(FixedString(2)),
    screen_size LowCardinality(String),
    `entry_meta.key` Array(String) CODEC(ZSTD(3)),
    `entry_meta.value` Array(String) CODEC(ZSTD(3)),
    transferred_from String,
    click_id_param LowCardinality(String),
    city_geoname_id UInt32,
    country LowCardinality(FixedString(2)) ALIAS country_code,
    city UInt32 ALIAS city_geoname_id,
    channel LowCardinality(String) MATERIALIZED multiIf(click_id_param = 'gclid' AND lower(referrer_source) = 'google', 'Paid Search', referrer_source IN ('', 'Direct / None'), 'Direct', 'Referral'),
    INDEX minmax_timestamp timestamp TYPE minmax GRANULARITY 1
)
ENGINE = VersionedCollapsingMergeTree(sign, events)
PARTITION BY toYYYYMM(start)
PRIMARY KEY (site_id, toDate(start), user_id, session_id)
ORDER BY (site_id, toDate(start), user_id, session_id)
SAMPLE BY user_id
SETTINGS index_granularity = 8192
