use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = cityHash64(text))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
