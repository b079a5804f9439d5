use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (lower(id), toYear(text), text * 2))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
