use streamhouse::StreamSchema;

/// What cannot be read is said once: nothing follows from it, and what is wrong besides is said too.
#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    engine = ReplacingMergeTree(changed),
    partition_by = toYYYYMM(at),
    order_by = (shop, sold.day, text),
    primary_key = shop,
    ttl = days(3),
    index(by_shop: set(100) on shop),
    column(day = toDate(at)),
    column(hour: UInt8 = toHour(at), materialized, after = shop),
    projection(by_day: select * order by day),
    check(positive: changed > 0),
)]
struct Order {
    #[stream(low_cardinality = 5)]
    shop: u32,
    #[stream(timestamp, type = DateTme)]
    at: u64,
    changed: std::time::Duration,
    #[stream(rename = "sold", type = )]
    day: u16,
    text: Option<String>,
}

/// Of which key the rest is a prefix is not known either.
#[derive(StreamSchema)]
#[stream(
    name = "shop.visit",
    order_by = (id +),
    primary_key = id,
    sample_by = id,
    ttl = at + days(1) GROUP BY id SET n = max(n),
)]
struct Visit {
    id: u64,
    n: u64,
    #[stream(type = DateTime)]
    at: u32,
}

fn main() {}
