use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = AggregatingMergeTree)]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
