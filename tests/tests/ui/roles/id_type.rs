use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    #[stream(id)]
    id: f64,
}

fn main() {}
