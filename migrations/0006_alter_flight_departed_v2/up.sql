-- Leads the table of the event flight.departed from version 1 to version 2.

-- Adds the column `tail_number`, Nullable(String).
ALTER TABLE flight_departed ADD COLUMN IF NOT EXISTS tail_number Nullable(String) COMMENT 'The aircraft, where it is known' AFTER number;

-- Adds the index `by_destination`. (rewrite)
ALTER TABLE flight_departed ADD INDEX IF NOT EXISTS by_destination destination TYPE set(200) GRANULARITY 4 FIRST;
ALTER TABLE flight_departed MATERIALIZE INDEX by_destination;

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.departed', '686a98b5dad52e2b6eb4db03d689f1b5', 'c301b59ef01b8fd9f5dcb9523f009fd8', 'flight_departed', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('day', 'Date', 'day'),
    ('carrier', 'LowCardinality(String)', 'carrier'),
    ('number', 'UInt16', 'number'),
    ('origin', 'LowCardinality(String)', 'origin'),
    ('destination', 'LowCardinality(String)', 'destination'),
    ('distance', 'UInt16', 'distance'),
    ('departure_delay', 'Nullable(Int16)', 'departure_delay'),
    ('arrival_delay', 'Nullable(Int16)', 'arrival_delay')], [
    ('tail_number', 'Nullable(String)', 'defaultValueOfTypeName(\'Nullable(String)\')')]);
