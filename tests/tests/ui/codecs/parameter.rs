use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(ZSTD(level)))]
    value: u64,
}

fn main() {}
