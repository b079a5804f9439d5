use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(by_text: minmax text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
