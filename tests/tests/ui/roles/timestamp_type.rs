use streamhouse::StreamSchema;
use chrono::NaiveDate;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(timestamp)]
    day: NaiveDate,
}

fn main() {}
