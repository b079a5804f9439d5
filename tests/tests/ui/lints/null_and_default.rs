use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(null_and_default))]
struct Order {
    id: u64,
    #[stream(default = 1)]
    items: Option<u32>,
}

fn main() {}
