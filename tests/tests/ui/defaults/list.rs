use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = ["a"])]
    value: Vec<u64>,
}

fn main() {}
