-- Rebuilds the table, for the values of `amount`, which other parts use, changes: a new one takes all rows, one partition after the other, while workers go on. (destructive)
SELECT throwIf(count() > 0, 'the table of an earlier rebuild is there still: DROP TABLE shop_order__old') FROM system.tables WHERE database = currentDatabase() AND name = 'shop_order__old';
CREATE TABLE IF NOT EXISTS shop_order__rebuilt
(
    id UInt64,
    at DateTime64(3, 'UTC'),
    text String,
    amount UInt64,
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30),
    CONSTRAINT some CHECK amount < 100000
)
ENGINE = MergeTree
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000;
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, '`shop_order` is rebuilt');
DROP TABLE IF EXISTS shop_order__copied;
CREATE TABLE shop_order__copied CLONE AS shop_order;
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');
TRUNCATE TABLE shop_order__rebuilt;
INSERT INTO shop_order__rebuilt (id, at, text, amount, _batch) SETTINGS insert_allow_materialized_columns = 1
SELECT id, at, text, CAST(toUInt64(amount * 10), 'UInt64'), _batch FROM shop_order__copied
WHERE _partition_id = {partition:String} /* for each of its partitions */;

-- Workers pause: `shop_order` is rebuilt.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, '`shop_order` is rebuilt');

-- The new table takes the rows that came meanwhile, and changes places with the old one, which is kept. (rewrite)
ALTER TABLE shop_order__rebuilt DELETE WHERE _batch IN (SELECT _batch FROM shop_order WHERE _batch >= bitShiftLeft(toUInt64(toUnixTimestamp(now()) - 1577836800 - 2505600) * 1000, 22) AND (_batch, _partition_id) NOT IN (SELECT _batch, _partition_id FROM shop_order__copied WHERE _batch >= bitShiftLeft(toUInt64(toUnixTimestamp(now()) - 1577836800 - 2505600) * 1000, 22)));
INSERT INTO shop_order__rebuilt (id, at, text, amount, _batch) SETTINGS insert_allow_materialized_columns = 1
SELECT id, at, text, CAST(toUInt64(amount * 10), 'UInt64'), _batch FROM shop_order
WHERE _batch IN (SELECT _batch FROM shop_order WHERE _batch >= bitShiftLeft(toUInt64(toUnixTimestamp(now()) - 1577836800 - 2505600) * 1000, 22) AND (_batch, _partition_id) NOT IN (SELECT _batch, _partition_id FROM shop_order__copied WHERE _batch >= bitShiftLeft(toUInt64(toUnixTimestamp(now()) - 1577836800 - 2505600) * 1000, 22)));
EXCHANGE TABLES shop_order AND shop_order__rebuilt;
RENAME TABLE shop_order__rebuilt TO shop_order__old;
DROP TABLE IF EXISTS shop_order__copied;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Back:
-- There is no way back:
-- Rebuilds the table, for the values of `amount`, which other parts use, changes: a new one takes all rows, one partition after the other, while workers go on. It leaves values behind in the old table.
