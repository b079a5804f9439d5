use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (shop, id), index(by_shop: set(100) on shop), deny(index_on_key))]
struct Order {
    id: u64,
    shop: u32,
}

fn main() {}
