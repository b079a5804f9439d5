use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
