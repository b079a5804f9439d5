-- Leads the table of the event flight.delayed from version 1 to version 2.

-- Adds the column `notice`, LowCardinality(String).
ALTER TABLE flight_delayed ADD COLUMN IF NOT EXISTS notice LowCardinality(String) DEFAULT 'late' COMMENT 'What the passengers are told' AFTER scheduled_at;

-- Makes values of `delay`, Int16, of toInt16(hours * 60). (rewrite)
ALTER TABLE flight_delayed ADD COLUMN IF NOT EXISTS delay Int16 DEFAULT toInt16(hours * 60) COMMENT 'Minutes' AFTER scheduled_at;
ALTER TABLE flight_delayed MATERIALIZE COLUMN delay;

-- Workers pause: values of `flight_delayed` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('flight_delayed', true, 'values of `flight_delayed` are made anew');

-- `delay` is a column like others.
ALTER TABLE flight_delayed MODIFY COLUMN delay REMOVE DEFAULT;

-- Says how frames of the version before are inserted, which may wait still.
INSERT INTO streamhouse_upcasts (event, `from`, `to`, table, columns, defaults) VALUES ('flight.delayed', 'ab3db25385d6d741b67f3752cf1271b0', 'd5ba7b27fbc0c72016aad2c458bbfa1e', 'flight_delayed', [
    ('flight_id', 'UInt32', 'flight_id'),
    ('scheduled_at', 'DateTime64(3, \'UTC\')', 'scheduled_at'),
    ('delay', 'Int16', 'toInt16(hours * 60)')], [
    ('notice', 'LowCardinality(String)', '\'late\'')]);

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('flight_delayed', false, '');

-- Drops the column `hours` with its values. (destructive)
ALTER TABLE flight_delayed DROP COLUMN IF EXISTS hours;
