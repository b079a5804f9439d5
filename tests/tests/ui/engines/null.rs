use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at), ttl = at + days(1), engine = Null, delivery = at_least_once, settings(index_granularity = 1))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
