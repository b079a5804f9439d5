use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(index_granularity_bytes = 10))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
