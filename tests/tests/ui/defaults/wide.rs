use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = 99999999999999999999999)]
    value: u128,
}

fn main() {}
