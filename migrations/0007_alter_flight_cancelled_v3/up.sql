-- Leads the table of the event flight.cancelled from version 2 to version 3.

-- Changes the type of `origin` from String to LowCardinality(String): all values are written anew, and none changes. (rewrite)
ALTER TABLE flight_cancelled MODIFY COLUMN origin LowCardinality(String);

-- Changes the type of `destination` from String to LowCardinality(String): all values are written anew, and none changes. (rewrite)
ALTER TABLE flight_cancelled MODIFY COLUMN destination LowCardinality(String);

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.cancelled', '18d3b5225d47f499b48f1a638f5275e0', 'b224077ccb0b9722794996a2667d377d', 'flight_cancelled', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('origin', 'LowCardinality(String)', 'origin'),
    ('destination', 'LowCardinality(String)', 'destination')], []);
