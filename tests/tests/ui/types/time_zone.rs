use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = DateTime64(3, "Europe/Berln"))]
    value: DateTime<Utc>,
}

fn main() {}
