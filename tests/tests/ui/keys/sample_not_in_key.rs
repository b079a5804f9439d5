use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (text, id), primary_key = text, sample_by = id)]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
