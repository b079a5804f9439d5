use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(min = 10, max = 9))]
    number: i8,
    #[stream(validate(min = -0.5, max = -1))]
    float: f64,
    #[stream(validate(min = "2024-01-02", max = "2024-01-01 23:59:59"))]
    at: chrono::DateTime<chrono::Utc>,
    #[stream(validate(length(min = 4, max = 3)))]
    text: String,
}

fn main() {}
