use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, view(feed: to = other, select = "SELECT count( FROM shop_order"), raw("SETTINGS a = 1; DROP TABLE x"), raw("PARTITION BY id -- for now"))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
