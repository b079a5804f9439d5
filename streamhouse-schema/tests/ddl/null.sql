CREATE TABLE IF NOT EXISTS raw_line
(
    line String
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS lines_feed
TO lines
AS SELECT line, now() AS at FROM raw_line;
