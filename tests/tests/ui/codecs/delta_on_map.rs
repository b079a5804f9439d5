use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(Delta, LZ4))]
    value: std::collections::BTreeMap<String, u8>,
}

fn main() {}
