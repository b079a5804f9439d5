CREATE TABLE IF NOT EXISTS shop_composed
(
    status Enum8('it\'s \\ paid' = -2, 'new' = 1) DEFAULT 'new',
    `items.sku` Array(String) COMMENT 'What was bought.' CODEC(ZSTD(3)),
    `items.price` Array(Decimal(18, 2)) COMMENT 'What was bought.' CODEC(ZSTD(3)),
    `items.unit price` Array(Nullable(Float64)) COMMENT 'What was bought.' CODEC(ZSTD(3)),
    payload JSON(max_dynamic_paths=16, kind String, SKIP debug) DEFAULT '{}',
    pair Tuple(UInt8, Array(Nullable(String))),
    map Map(LowCardinality(String), Nested(a Enum8('x' = 1, 'y' = 2))),
    area MultiPolygon,
    time Time64(3),
    longest SimpleAggregateFunction(max, Time64(9)),
    vector QBit(Float32, 64, 16) CODEC(ZSTD(1)),
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30),
    INDEX by_price items.price TYPE minmax GRANULARITY 2
)
ENGINE = MergeTree
ORDER BY (status, items.sku, payload.kind)
SETTINGS non_replicated_deduplication_window = 10000;
