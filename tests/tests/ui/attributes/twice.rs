use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, order_by = text)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
