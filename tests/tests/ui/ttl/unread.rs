use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = at + days(1) where isNotNull(text) and id > 7)]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
