use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at), ttl = at + years(1), deny(ttl_rewrites_parts))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
