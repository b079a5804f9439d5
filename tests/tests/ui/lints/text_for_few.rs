use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(text_for_few))]
struct Order {
    id: u64,
    status: String,
}

fn main() {}
