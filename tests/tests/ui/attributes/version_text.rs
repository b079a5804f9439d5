use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, version = "2")]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
