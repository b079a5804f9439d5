use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(ratio_of_defaults_for_sparse_serialization = "x"))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
