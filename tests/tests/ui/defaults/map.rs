use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = map("a", "b"))]
    value: std::collections::BTreeMap<String, u8>,
}

fn main() {}
