use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "Shop Order", order_by = id)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
