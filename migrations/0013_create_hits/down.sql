-- Drops the table of the event web.hit, version 1, with all its rows.
DROP TABLE IF EXISTS hits;
