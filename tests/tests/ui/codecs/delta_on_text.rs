use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(Delta, ZSTD))]
    value: String,
}

fn main() {}
