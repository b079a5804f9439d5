use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, projection(p: select count() where at))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
