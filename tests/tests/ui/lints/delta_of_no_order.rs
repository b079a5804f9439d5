use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(delta_of_no_order))]
struct Order {
    id: u64,
    #[stream(codec(Delta, ZSTD(1)))]
    card_hash: u64,
}

fn main() {}
