use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(untyped_json, text_for_json))]
struct Order {
    id: u64,
    extra: serde_json::Value,
    extra_json: String,
}

fn main() {}
