-- Drops the table of the event flight.cancelled, version 1, with all its rows.
DROP TABLE IF EXISTS flight_cancelled;
