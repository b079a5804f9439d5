use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = Log)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
