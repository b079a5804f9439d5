use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, view(feed: to = other, select = "SELECT toYYYMM(at) AS m FROM shop_order"))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
