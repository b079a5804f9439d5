-- Creates the table of the event flight.departed, version 1.
CREATE TABLE IF NOT EXISTS flight_departed
(
    flight_id UInt32 COMMENT 'The line of the file, from 1' CODEC(Delta, ZSTD(1)),
    scheduled_at DateTime64(3, 'UTC') COMMENT 'The hour of the scheduled departure' CODEC(DoubleDelta, ZSTD(1)),
    day Date COMMENT 'The local day',
    carrier LowCardinality(String) COMMENT 'Two letters',
    number UInt16 COMMENT 'The carrier\'s number of the flight',
    origin LowCardinality(String) COMMENT 'One of New York\'s three airports',
    destination LowCardinality(String) COMMENT 'An airport',
    distance UInt16 COMMENT 'Miles' CODEC(T64, ZSTD(1)),
    departure_delay Nullable(Int16) COMMENT 'Minutes, negative when early; missing where it never departed',
    arrival_delay Nullable(Int16) COMMENT 'Minutes, negative when early; missing where it did not arrive as planned',
    _batch UInt64 MATERIALIZED 0 COMMENT 'The batch that brought the row' CODEC(Delta(8), ZSTD(1)) TTL toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)
)
ENGINE = MergeTree
PARTITION BY toYear(scheduled_at)
ORDER BY (carrier, origin, scheduled_at, flight_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A flight was due to depart from New York.';
