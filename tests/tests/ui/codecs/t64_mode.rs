use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(T64("bits"), LZ4))]
    value: u64,
}

fn main() {}
