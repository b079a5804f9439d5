use streamhouse::StreamSchema;
use std::collections::BTreeMap;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: BTreeMap<Option<String>, u8>,
}

fn main() {}
