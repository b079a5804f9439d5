use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(by_text: bloom_filter(2.0) on text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
