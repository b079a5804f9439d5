use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = BIGINT)]
    value: i64,
    #[stream(type = Nullable(double))]
    other: Option<f64>,
}

fn main() {}
