use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (shop, at, toDate(at)), deny(key_repeats_itself))]
struct Order {
    shop: u32,
    at: DateTime<Utc>,
}

fn main() {}
