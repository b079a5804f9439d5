use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order")]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
