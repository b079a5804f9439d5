use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree, deny(last_one_wins))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
