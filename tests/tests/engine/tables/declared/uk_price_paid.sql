-- The table of the property prices in ClickHouse's documentation, with its projection:
-- https://clickhouse.com/docs/getting-started/example-datasets/uk-price-paid
CREATE TABLE uk_price_paid
(
    price UInt32,
    date Date,
    postcode1 LowCardinality(String),
    postcode2 LowCardinality(String),
    type Enum8('terraced' = 1, 'semi-detached' = 2, 'detached' = 3, 'flat' = 4, 'other' = 0),
    is_new UInt8,
    duration Enum8('freehold' = 1, 'leasehold' = 2, 'unknown' = 0),
    addr1 String,
    addr2 String,
    street LowCardinality(String),
    town LowCardinality(String),
    district LowCardinality(String),
    county LowCardinality(String),
    PROJECTION projection_by_year_district_town
    (
        SELECT toYear(date), district, town, avg(price), sum(price), count()
        GROUP BY toYear(date), district, town
    )
)
ENGINE = MergeTree
ORDER BY (postcode1, postcode2, addr1, addr2)
