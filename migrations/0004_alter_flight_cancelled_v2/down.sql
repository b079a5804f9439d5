-- Renames the column `destination` to `planned_for`.
ALTER TABLE flight_cancelled RENAME COLUMN IF EXISTS destination TO planned_for;

-- Frames of the version before are inserted as they are.
DELETE FROM streamhouse_upcasts WHERE event = 'flight.cancelled' AND `from` = 'aa9969217ffa50d87c623165e69771b4' AND to = '18d3b5225d47f499b48f1a638f5275e0';
