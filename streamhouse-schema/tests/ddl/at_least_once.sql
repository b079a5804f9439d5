CREATE TABLE IF NOT EXISTS `log lines`
(
    level Int8,
    `a b` Int32 DEFAULT -1,
    at DateTime,
    lists Array(Array(UInt16)) DEFAULT [[1, 2], []],
    counts Map(String, UInt64) DEFAULT map('a', 16),
    name String DEFAULT if(level > 3 AND NOT level = 5, 'high', 'low')
)
ENGINE = MergeTree
ORDER BY (level, `a b`)
TTL at + toIntervalDay(7) + toIntervalHour(1)
SETTINGS non_replicated_deduplication_window = 0;
