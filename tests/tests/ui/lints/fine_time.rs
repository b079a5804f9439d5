use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = at, deny(fine_time))]
struct Order {
    #[stream(type = DateTime64(9, "UTC"))]
    at: DateTime<Utc>,
    #[stream(type = DateTime64(9, "UTC"))]
    started_ns: DateTime<Utc>,
}

fn main() {}
