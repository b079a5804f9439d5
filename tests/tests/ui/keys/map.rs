use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = tags)]
struct Event {
    tags: std::collections::BTreeMap<String, String>,
}

fn main() {}
