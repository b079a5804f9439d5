use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (), column(day: Date = toDate(text), materialized))]
struct Event {
    #[stream(default = "none")]
    text: String,
}

fn main() {}
