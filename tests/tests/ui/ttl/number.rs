use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = toYYYYMM(at))]
struct Event {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
