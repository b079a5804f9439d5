-- Drops the table of the event flight.delayed, with all its rows.
DROP TABLE IF EXISTS flight_delayed;
