use streamhouse::StreamSchema;
use std::collections::BTreeMap;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: BTreeMap<Vec<u64>, u8>,
}

fn main() {}
