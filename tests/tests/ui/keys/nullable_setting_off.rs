use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = maybe, settings(allow_nullable_key = 0))]
struct Event {
    maybe: Option<u64>,
}

fn main() {}
