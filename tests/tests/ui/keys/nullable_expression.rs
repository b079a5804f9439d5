use streamhouse::StreamSchema;
use chrono::{DateTime, Utc};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, toDate(maybe), list))]
struct Event {
    id: u64,
    maybe: Option<DateTime<Utc>>,
    list: Vec<Option<u8>>,
}

fn main() {}
