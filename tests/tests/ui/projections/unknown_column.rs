use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, projection(p: select txet order by id))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
