use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(i: minmax on id), index(i: minmax on text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
