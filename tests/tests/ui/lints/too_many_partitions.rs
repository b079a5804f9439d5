use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = toDate(at), ttl = at + years(3), settings(ttl_only_drop_parts = 1), deny(too_many_partitions))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
