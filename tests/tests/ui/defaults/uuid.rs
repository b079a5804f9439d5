use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = "abc")]
    value: uuid::Uuid,
}

fn main() {}
