use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = if(id = 1, at, now()))]
struct Event {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
