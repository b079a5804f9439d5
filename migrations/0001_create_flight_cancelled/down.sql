-- Drops the table of the event flight.cancelled, with all its rows.
DROP TABLE IF EXISTS flight_cancelled;
