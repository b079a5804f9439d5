use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, ttl = toDateTime("2024-01-01 00:00:00"))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
