use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, delivery = at_most_once)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
