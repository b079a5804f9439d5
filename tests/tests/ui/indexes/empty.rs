use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(one: minmax on ()))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
