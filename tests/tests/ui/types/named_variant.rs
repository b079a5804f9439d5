use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Variant(String, UInt64))]
    value: String,
    #[stream(type = Array(Dynamic))]
    values: Vec<String>,
}

fn main() {}
