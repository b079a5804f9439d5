use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(ttl_only_drop_parts = 5))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
