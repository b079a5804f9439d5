-- Drops the table of the event otel.span, version 1, with all its rows.
DROP TABLE IF EXISTS otel_traces;
