use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(index_granularity = 0))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
