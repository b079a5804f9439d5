use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = day, column(day: Date = toDate(at), alias))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
