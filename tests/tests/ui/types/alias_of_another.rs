use streamhouse::StreamSchema;

type Uuid = u128;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: Uuid,
}

fn main() {}
