use streamhouse::StreamSchema;

struct UserId(u64);

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = UInt64)]
    value: UserId,
}

fn main() {}
