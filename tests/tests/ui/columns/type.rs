use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, column(day: Dat = toDate(at), materialized))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
