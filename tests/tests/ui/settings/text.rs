use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(storage_policy = 5))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
