use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, maybe), partition_by = maybe)]
struct Event {
    id: u64,
    maybe: Option<String>,
}

fn main() {}
