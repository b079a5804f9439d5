-- Creates the table of the event flight.cancelled, version 1.
CREATE TABLE IF NOT EXISTS flight_cancelled
(
    flight_id UInt32 COMMENT 'The line of the file, from 1',
    scheduled_at DateTime64(3, 'UTC') COMMENT 'The hour of the scheduled departure',
    origin String COMMENT 'Where passengers wait',
    planned_for String COMMENT 'Where they wanted to go',
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = MergeTree
ORDER BY (scheduled_at, flight_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A flight was cancelled.';
