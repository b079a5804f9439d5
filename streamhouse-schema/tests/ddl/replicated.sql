CREATE TABLE IF NOT EXISTS shop_stock ON CLUSTER `{cluster}`
(
    shop UInt32,
    article String,
    pieces Int64,
    changed_at DateTime64(3, 'UTC'),
    gone Bool,
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{table}', '{replica}', changed_at, gone)
ORDER BY (shop, article)
TTL changed_at + toIntervalDay(90) GROUP BY shop SET changed_at = max(changed_at), pieces = sum(pieces)
COMMENT 'The stock of a shop.';

CREATE TABLE IF NOT EXISTS shop_stock_everywhere ON CLUSTER `{cluster}` AS shop_stock
ENGINE = Distributed('{cluster}', currentDatabase(), 'shop_stock', cityHash64(article));
