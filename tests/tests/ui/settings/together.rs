use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(cleanup_delay_period = 600))]
struct Event {
    id: u64,
}

fn main() {}
