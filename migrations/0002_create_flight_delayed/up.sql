-- Creates the table of the event flight.delayed, version 1.
CREATE TABLE IF NOT EXISTS flight_delayed
(
    flight_id UInt32 COMMENT 'The line of the file, from 1',
    scheduled_at DateTime64(3, 'UTC') COMMENT 'The hour of the scheduled departure',
    hours Float32 COMMENT 'Hours',
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = MergeTree
PARTITION BY toYear(scheduled_at)
ORDER BY (scheduled_at, flight_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A flight arrived an hour late or more.';
