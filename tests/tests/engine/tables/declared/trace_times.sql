-- The second table of the OpenTelemetry exporter's traces:
-- https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/1b08503058e58c68b9175b4d0663d0aaf16b5398/exporter/clickhouseexporter/internal/sqltemplates/traces_id_ts_lookup_table.sql
-- with `engine: AggregatingMergeTree()` and `ttl: 72h`.
CREATE TABLE IF NOT EXISTS otel_traces_trace_id_ts (
    TraceId String CODEC(ZSTD(1)),
    Start SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
    End SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
) ENGINE = AggregatingMergeTree()
PARTITION BY toStartOfWeek(Start)
ORDER BY TraceId
TTL toDateTime(Start) + toIntervalDay(3)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1
