//! One mistake is one error, also where rows of the type are used.
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
struct Item {
    #[stream(misspelt)]
    sku: String,
}

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Nested(sku String))]
    items: Vec<Item>,
}

fn main() {}
