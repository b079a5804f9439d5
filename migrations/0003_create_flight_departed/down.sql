-- Drops the table of the event flight.departed, with all its rows.
DROP TABLE IF EXISTS flight_departed;
