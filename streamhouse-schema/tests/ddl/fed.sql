CREATE TABLE IF NOT EXISTS shop_sale
(
    id UInt64,
    at DateTime64(3, 'UTC'),
    shop UInt32,
    amount UInt64,
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = MergeTree
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS shop_sale_days
(day Date, sales UInt64, _fed SimpleAggregateFunction(maxMap, Map(String, String)))
ENGINE = SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day
AS SELECT *, CAST(if((row_number() OVER (PARTITION BY toYYYYMM(day) ORDER BY day) = 1) AND match(getSetting('insert_deduplication_token'), '^.+-[0-9]{20}-[0-9a-f]{16}'), map(concat('shop_sale_days/', extract(getSetting('insert_deduplication_token'), '^(.+)-[0-9]{20}-')), concat(extract(getSetting('insert_deduplication_token'), '-([0-9]{20})-'), '/', toString(uniqExact(tuple(toYYYYMM(day))) OVER ()))), map()), 'SimpleAggregateFunction(maxMap, Map(String, String))') AS _fed FROM (SELECT toDate(at) AS day, count() AS sales FROM shop_sale GROUP BY day) WHERE NOT match(getSetting('insert_deduplication_token'), '-[0-9]{20}-[0-9a-f]{16}-');

CREATE MATERIALIZED VIEW IF NOT EXISTS shop_sale_feed
TO sales
AS SELECT *, CAST(if((row_number() OVER (ORDER BY shop) = 1) AND match(getSetting('insert_deduplication_token'), '^.+-[0-9]{20}-[0-9a-f]{16}'), map(concat('shop_sale_feed/', extract(getSetting('insert_deduplication_token'), '^(.+)-[0-9]{20}-')), concat(extract(getSetting('insert_deduplication_token'), '-([0-9]{20})-'), '/', '1')), map()), 'SimpleAggregateFunction(maxMap, Map(String, String))') AS _fed FROM (SELECT shop, sum(amount) AS amount FROM shop_sale GROUP BY shop) WHERE NOT match(getSetting('insert_deduplication_token'), '-[0-9]{20}-[0-9a-f]{16}-');
