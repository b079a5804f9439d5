use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = other)]
    value: u64,
    #[stream(default = value)]
    other: u64,
}

fn main() {}
