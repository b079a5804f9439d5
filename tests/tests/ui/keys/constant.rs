use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, 1, isNull(id)), partition_by = 5)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
