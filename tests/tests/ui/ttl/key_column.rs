use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    #[stream(ttl = at + days(1))]
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
