-- Drops the table of the event otel.log, version 1, with all its rows.
DROP TABLE IF EXISTS otel_logs;
