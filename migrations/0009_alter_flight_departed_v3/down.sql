-- Drops the column `air_time` with its values. (destructive)
ALTER TABLE flight_departed DROP COLUMN IF EXISTS air_time;

-- Frames of the version before are inserted as they are.
DELETE FROM streamhouse_upcasts WHERE event = 'flight.departed' AND `from` = 'c301b59ef01b8fd9f5dcb9523f009fd8' AND to = 'f105640636fda9386de0a154907ab717';
