-- The table `votes` of the ClickHouse documentation: https://clickhouse.com/docs/getting-started/example-datasets/stackoverflow.
CREATE TABLE votes
(
    Id UInt32,
    PostId Int32,
    VoteTypeId UInt8,
    CreationDate DateTime64(3, 'UTC'),
    UserId Int32,
    BountyAmount UInt8
)
ENGINE = MergeTree
ORDER BY (VoteTypeId, CreationDate, PostId, UserId)
