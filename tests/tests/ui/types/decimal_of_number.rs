use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(decimal(18, 4))]
    value: Option<u64>,
}

fn main() {}
