use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = shop_id, deny(partition_by_value))]
struct Order {
    id: u64,
    shop_id: u32,
}

fn main() {}
