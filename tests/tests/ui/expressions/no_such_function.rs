use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = reticulateSplines(id))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
