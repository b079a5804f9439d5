use streamhouse::StreamSchema;

#[derive(StreamSchema)]

struct Event {
    id: u64,
}

fn main() {}
