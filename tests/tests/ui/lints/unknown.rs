use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(float_for_mony))]
struct Order {
    id: u64,
}

fn main() {}
