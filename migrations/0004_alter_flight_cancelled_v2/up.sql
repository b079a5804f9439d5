-- Leads the table of the event flight.cancelled from version 1 to version 2.

-- Renames the column `planned_for` to `destination`.
ALTER TABLE flight_cancelled MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE flight_cancelled DELETE WHERE false;
ALTER TABLE flight_cancelled RENAME COLUMN IF EXISTS planned_for TO destination;
ALTER TABLE flight_cancelled RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.cancelled', 'aa9969217ffa50d87c623165e69771b4', '18d3b5225d47f499b48f1a638f5275e0', 'flight_cancelled', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('origin', 'String', 'origin'),
    ('destination', 'String', 'planned_for')], []);
