use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = toYYYMM(at))]
struct Event {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
