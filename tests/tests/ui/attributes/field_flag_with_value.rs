use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(id = true, timestamp(at), low_cardinality = 5)]
    value: String,
}

fn main() {}
