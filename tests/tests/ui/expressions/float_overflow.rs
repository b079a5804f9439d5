use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id + 1e400)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
