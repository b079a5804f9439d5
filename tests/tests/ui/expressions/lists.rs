use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = arrayExists(x -> x > 1, text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
