use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, hits), delivery = at_least_once, engine = SummingMergeTree(hits))]
struct Event {
    id: u64,
    hits: u64,
}

fn main() {}
