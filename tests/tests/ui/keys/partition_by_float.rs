use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = price / 2)]
struct Event {
    id: u64,
    price: f64,
}

fn main() {}
