use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    value: ((u8, std::time::Duration), Option<(u8, u8)>),
}

fn main() {}
