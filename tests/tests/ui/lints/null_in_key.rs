use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (shop, id), settings(allow_nullable_key = 1), deny(null_in_key))]
struct Order {
    id: u64,
    shop: Option<u32>,
}

fn main() {}
