use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", engine = Null)]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
