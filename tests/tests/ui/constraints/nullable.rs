use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, check(c: maybe > 1))]
struct Event {
    id: u64,
    maybe: Option<u8>,
}

fn main() {}
