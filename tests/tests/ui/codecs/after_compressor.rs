use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(ZSTD, Delta, LZ4))]
    value: u64,
}

fn main() {}
