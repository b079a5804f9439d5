use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(text_for_uuid))]
struct Order {
    id: u64,
    cart_uuid: String,
}

fn main() {}
