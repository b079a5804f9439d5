use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(allow(float_for_money))]
    price: f64,
}

fn main() {}
