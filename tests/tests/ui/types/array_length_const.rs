use streamhouse::StreamSchema;

const LENGTH: usize = 4;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: [u8; LENGTH],
}

fn main() {}
