use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, projection(sizes: select max(payload.size)))]
struct Event {
    id: u64,
    #[stream(type = "JSON(size UInt64)")]
    payload: String,
}

fn main() {}
