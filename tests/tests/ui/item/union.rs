use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
union Event {
    id: u64,
    other: i64,
}

fn main() {}
