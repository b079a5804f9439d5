use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(codec(T64, LZ4))]
    value: f32,
}

fn main() {}
