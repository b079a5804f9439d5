use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = SummingMergeTree(hits))]
struct Event {
    id: u64,
    hits: u64,
}

fn main() {}
