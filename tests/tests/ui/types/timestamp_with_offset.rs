use streamhouse::StreamSchema;
use chrono::{DateTime, Local};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Local>,
}

fn main() {}
