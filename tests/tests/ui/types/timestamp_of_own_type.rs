use streamhouse::StreamSchema;

struct Moment;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(timestamp, type = DateTime)]
    at: Moment,
}

fn main() {}
