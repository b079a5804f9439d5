-- Renames the column `destination` to `planned_for`.
ALTER TABLE flight_cancelled MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE flight_cancelled DELETE WHERE false;
ALTER TABLE flight_cancelled RENAME COLUMN IF EXISTS destination TO planned_for;
ALTER TABLE flight_cancelled RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Frames of the version before are inserted as they are.
DELETE FROM streamhouse_upcasts WHERE event = 'flight.cancelled' AND `from` = 'aa9969217ffa50d87c623165e69771b4' AND to = '18d3b5225d47f499b48f1a638f5275e0';
