use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = "2024-02-30")]
    value: chrono::NaiveDate,
}

fn main() {}
