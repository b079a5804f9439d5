use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = days(90))]
struct Event {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
