-- The table `observations` of Langfuse, some columns left out: https://github.com/langfuse/langfuse (packages/shared/clickhouse).
CREATE TABLE observations
(
    `id` String,
    `trace_id` String,
    `project_id` String,
    `type` LowCardinality(String),
    `parent_observation_id` Nullable(String),
    `start_time` DateTime64(3),
    `end_time` Nullable(DateTime64(3)),
    `name` String,
    `metadata` Map(LowCardinality(String), String),
    `input` Nullable(String) CODEC(ZSTD(3)),
    `provided_usage_details` Map(LowCardinality(String), UInt64),
    `provided_cost_details` Map(LowCardinality(String), Decimal64(12)),
    `total_cost` Nullable(Decimal64(12)),
    `prompt_version` Nullable(UInt16),
    `created_at` DateTime64(3) DEFAULT now(),
    `event_ts` DateTime64(3),
    `is_deleted` UInt8,
    `environment` LowCardinality(String) DEFAULT 'default',
    INDEX idx_id id TYPE bloom_filter GRANULARITY 1,
    INDEX idx_project_id project_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(event_ts, is_deleted)
PARTITION BY toYYYYMM(start_time)
PRIMARY KEY (project_id, `type`, toDate(start_time))
ORDER BY (project_id, `type`, toDate(start_time), id)
