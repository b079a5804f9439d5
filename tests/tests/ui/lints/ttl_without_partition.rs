use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = at + days(30), deny(ttl_without_partition))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
