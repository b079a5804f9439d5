use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(DoubleDelta, LZ4))]
    value: u128,
}

fn main() {}
