use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = (text, at))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
