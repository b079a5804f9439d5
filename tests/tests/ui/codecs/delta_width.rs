use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(Delta(3), LZ4))]
    value: u64,
}

fn main() {}
