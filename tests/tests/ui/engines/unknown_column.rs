use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(versoin))]
struct Event {
    id: u64,
    version: u64,
}

fn main() {}
