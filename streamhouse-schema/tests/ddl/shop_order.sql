CREATE TABLE IF NOT EXISTS shop_order_placed
(
    order_id UUID COMMENT 'Assigned by the shop, unique.',
    customer_id UInt64,
    currency LowCardinality(String) DEFAULT 'USD',
    amount Decimal(18, 4) CODEC(T64, ZSTD(3)),
    status LowCardinality(Nullable(String)),
    tags Map(String, Array(String)),
    note String DEFAULT 'it\'s \\ "new"\n',
    weight Float32 CODEC(Gorilla, LZ4HC(9)),
    region UInt8,
    created_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    day Date DEFAULT toDate(created_at),
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30),
    INDEX by_status status TYPE set(100) GRANULARITY 4,
    INDEX by_tag mapKeys(tags) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_note lower(note) TYPE tokenbf_v1(10240, 3, 0) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (toYYYYMM(created_at), region)
ORDER BY (customer_id, created_at, order_id)
TTL created_at + toIntervalMonth(13)
SETTINGS index_granularity = 4096, ttl_only_drop_parts = true, min_bytes_for_wide_part = '10Mi', non_replicated_deduplication_window = 10000
COMMENT 'A customer placed an order.\n\nIt\'s what "orders" count.';
