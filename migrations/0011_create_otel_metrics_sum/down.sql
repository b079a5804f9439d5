-- Drops the table of the event otel.metric.sum, version 1, with all its rows.
DROP TABLE IF EXISTS otel_metrics_sum;
