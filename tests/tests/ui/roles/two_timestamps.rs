use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
    #[stream(timestamp)]
    made: DateTime<Utc>,
}

fn main() {}
