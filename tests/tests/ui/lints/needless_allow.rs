use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(needless_allow), allow(float_for_money, reason = "an estimate"))]
struct Order {
    id: u64,
}

fn main() {}
