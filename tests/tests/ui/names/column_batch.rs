use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    _batch: u64,
    _row_exists: u8,
}

fn main() {}
