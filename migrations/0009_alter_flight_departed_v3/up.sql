-- Leads the table of the event flight.departed from version 2 to version 3.

-- Adds the column `air_time`, Nullable(UInt16).
ALTER TABLE flight_departed ADD COLUMN IF NOT EXISTS air_time Nullable(UInt16) COMMENT 'Minutes in the air' AFTER arrival_delay;

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.departed', 'c301b59ef01b8fd9f5dcb9523f009fd8', 'f105640636fda9386de0a154907ab717', 'flight_departed', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('day', 'Date', 'day'),
    ('carrier', 'LowCardinality(String)', 'carrier'),
    ('number', 'UInt16', 'number'),
    ('tail_number', 'Nullable(String)', 'tail_number'),
    ('origin', 'LowCardinality(String)', 'origin'),
    ('destination', 'LowCardinality(String)', 'destination'),
    ('distance', 'UInt16', 'distance'),
    ('departure_delay', 'Nullable(Int16)', 'departure_delay'),
    ('arrival_delay', 'Nullable(Int16)', 'arrival_delay')], [
    ('air_time', 'Nullable(UInt16)', 'defaultValueOfTypeName(\'Nullable(UInt16)\')')]);
