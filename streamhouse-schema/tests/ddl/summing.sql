CREATE TABLE IF NOT EXISTS page_views_daily
(
    day Date32,
    page String,
    hits UInt64,
    bytes UInt64
)
ENGINE = SummingMergeTree((hits, bytes))
ORDER BY (day, page);
