use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name, order_by(id), version(1), ttl)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
