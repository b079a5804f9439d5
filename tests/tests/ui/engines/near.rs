use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, engine = ReplicatedReplacingMergTree)]
struct Event {
    id: u64,
}

fn main() {}
