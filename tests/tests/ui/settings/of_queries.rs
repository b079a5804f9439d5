use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(allow_suspicious_codecs = 1))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
