-- The table `posts` of the ClickHouse documentation: https://clickhouse.com/docs/getting-started/example-datasets/stackoverflow.
CREATE TABLE posts
(
    Id Int32 CODEC(Delta(4), ZSTD(1)),
    PostTypeId Enum8('Question' = 1, 'Answer' = 2, 'Wiki' = 3, 'TagWikiExcerpt' = 4, 'TagWiki' = 5, 'ModeratorNomination' = 6, 'WikiPlaceholder' = 7, 'PrivilegeWiki' = 8),
    AcceptedAnswerId UInt32,
    CreationDate DateTime64(3, 'UTC'),
    Score Int32,
    ViewCount UInt32 CODEC(Delta(4), ZSTD(1)),
    Body String,
    OwnerUserId Int32,
    OwnerDisplayName String,
    LastEditorUserId Int32,
    LastEditorDisplayName String,
    LastEditDate DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    LastActivityDate DateTime64(3, 'UTC'),
    Title String,
    Tags String,
    AnswerCount UInt16 CODEC(Delta(2), ZSTD(1)),
    CommentCount UInt8,
    FavoriteCount UInt8,
    ContentLicense LowCardinality(String),
    ParentId String,
    CommunityOwnedDate DateTime64(3, 'UTC'),
    ClosedDate DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYear(CreationDate)
ORDER BY (PostTypeId, toDate(CreationDate), CreationDate)
