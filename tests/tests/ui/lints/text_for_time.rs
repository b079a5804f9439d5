use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(text_for_time))]
struct Order {
    id: u64,
    created_at: String,
}

fn main() {}
