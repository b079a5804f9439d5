use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = "(id, txt)")]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
