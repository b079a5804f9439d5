-- Leads the table of the event flight.delayed from version 2 to version 3.

-- Changes what becomes of rows with time: scheduled_at + toIntervalYear(100). (destructive)
ALTER TABLE flight_delayed MODIFY TTL scheduled_at + toIntervalYear(100);

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.delayed', 'd5ba7b27fbc0c72016aad2c458bbfa1e', '6a9c951c0d5641fedf947a10a733af33', 'flight_delayed', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('delay', 'Int16', 'delay'),
    ('notice', 'LowCardinality(String)', 'notice')], []);
