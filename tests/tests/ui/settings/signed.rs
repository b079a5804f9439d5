use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(cache_populated_by_fetch = -1))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
