use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(by_tags: bloom_filter on tags))]
struct Event {
    id: u64,
    tags: std::collections::BTreeMap<String, String>,
}

fn main() {}
