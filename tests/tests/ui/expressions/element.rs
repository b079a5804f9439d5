use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id[1], tags[5]))]
struct Event {
    id: u64,
    tags: std::collections::BTreeMap<String, String>,
}

fn main() {}
