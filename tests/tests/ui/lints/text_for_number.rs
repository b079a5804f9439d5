use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(text_for_number))]
struct Order {
    id: u64,
    quantity: String,
}

fn main() {}
