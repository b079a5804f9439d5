use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = at + days(1))]
struct Event {
    id: u64,
    at: Option<DateTime<Utc>>,
}

fn main() {}
