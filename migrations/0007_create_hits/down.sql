-- Drops the table of the event web.hit, with all its rows.
DROP TABLE IF EXISTS hits;
