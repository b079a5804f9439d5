-- Drops the table of the event otel.span, with all its rows.
DROP TABLE IF EXISTS otel_traces;
