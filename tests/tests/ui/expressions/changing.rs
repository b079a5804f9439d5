use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(now()))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
