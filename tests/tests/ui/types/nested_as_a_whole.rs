use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, items))]
struct Event {
    id: u64,
    #[stream(type = Nested(sku String))]
    items: Vec<(String,)>,
    #[stream(default = length(items))]
    count: u64,
}

fn main() {}
