use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(rename = "a\nb")]
    value: u64,
}

fn main() {}
