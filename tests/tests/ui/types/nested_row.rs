use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
struct Item {
    sku: String,
    price: f64,
}

struct Own;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Nested(sku String, price Float32))]
    items: Vec<Item>,
    #[stream(type = Nested(sku String, price Float64))]
    own: Vec<Own>,
}

fn main() {}
