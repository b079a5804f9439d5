use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(one: minmax on 1))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
