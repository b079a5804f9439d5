use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(slow_compression))]
struct Order {
    id: u64,
    #[stream(codec(ZSTD(19)))]
    text: String,
}

fn main() {}
