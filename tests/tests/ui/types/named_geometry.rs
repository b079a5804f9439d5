use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Geometry)]
    value: (f64, f64),
    #[stream(type = Tuple())]
    nothing: u8,
}

fn main() {}
