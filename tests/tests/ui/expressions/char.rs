use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = text = 'x')]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
