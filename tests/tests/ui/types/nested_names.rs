use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = "Nested(`a.b` UInt8)")]
    value: Vec<(u8,)>,
}

fn main() {}
