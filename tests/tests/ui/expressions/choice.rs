use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = if(id > 1, id, text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
