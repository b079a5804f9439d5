use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    #[stream(id)]
    id: u64,
    #[stream(id)]
    other: u64,
}

fn main() {}
