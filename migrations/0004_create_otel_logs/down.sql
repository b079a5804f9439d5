-- Drops the table of the event otel.log, with all its rows.
DROP TABLE IF EXISTS otel_logs;
