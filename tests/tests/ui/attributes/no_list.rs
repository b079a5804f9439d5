use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream]
#[stream = "x"]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
}

fn main() {}
