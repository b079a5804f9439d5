use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(float_for_money))]
struct Order {
    id: u64,
    price: f64,
}

fn main() {}
