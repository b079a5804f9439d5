-- Renames the column `destination` to `planned_for`.
ALTER TABLE flight_cancelled MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE flight_cancelled DELETE WHERE false;
ALTER TABLE flight_cancelled RENAME COLUMN IF EXISTS destination TO planned_for;
ALTER TABLE flight_cancelled RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Adds the column `destination`, String.
ALTER TABLE flight_cancelled ADD COLUMN IF NOT EXISTS destination String COMMENT 'Where they wanted to go' AFTER origin;

-- Changes the type of `origin` from LowCardinality(String) to String: all values are written anew, and none changes. (rewrite)
ALTER TABLE flight_cancelled MODIFY COLUMN origin String;

-- Drops the column `planned_for` with its values. (destructive)
ALTER TABLE flight_cancelled DROP COLUMN IF EXISTS planned_for;

-- Frames of the version before are inserted as they are.
DELETE FROM streamhouse_upcasts WHERE event = 'flight.cancelled' AND `from` = '18d3b5225d47f499b48f1a638f5275e0' AND to = 'b224077ccb0b9722794996a2667d377d';
