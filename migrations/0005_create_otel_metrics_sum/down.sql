-- Drops the table of the event otel.metric.sum, with all its rows.
DROP TABLE IF EXISTS otel_metrics_sum;
