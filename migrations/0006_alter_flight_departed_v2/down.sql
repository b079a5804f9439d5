-- Drops the index `by_destination`.
ALTER TABLE flight_departed DROP INDEX IF EXISTS by_destination;

-- Drops the column `tail_number` with its values. (destructive)
ALTER TABLE flight_departed DROP COLUMN IF EXISTS tail_number;

-- Frames of the version before are inserted as they are.
DELETE FROM streamhouse_upcasts WHERE event = 'flight.departed' AND `from` = '686a98b5dad52e2b6eb4db03d689f1b5' AND to = 'c301b59ef01b8fd9f5dcb9523f009fd8';
