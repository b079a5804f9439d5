use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order" version = 2, order_by = id index(i: minmax on id))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
