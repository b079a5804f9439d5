use streamhouse::StreamSchema;

struct Bytes(u8);

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: Bytes,
}

fn main() {}
