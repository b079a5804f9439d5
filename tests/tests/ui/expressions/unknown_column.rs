use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, txt), partition_by = toYYYYMM(made))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
