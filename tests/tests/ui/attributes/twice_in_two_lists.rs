use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
#[stream(name = "shop.other")]
struct Event {
    id: u64,
}

fn main() {}
