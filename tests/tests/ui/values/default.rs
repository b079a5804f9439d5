use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = "euro", validate(length = 3))]
    long: String,
    #[stream(default = 0, validate(min = 1))]
    small: u8,
    #[stream(default = 0.5, validate(max = 0.25))]
    great: Option<f64>,
    #[stream(default = 302, validate(one_of(200, 404)))]
    code: u16,
    #[stream(default = "eur", validate(regex = "^[A-Z]+$"))]
    lower: String,
    #[stream(default = "2019-01-01", validate(min = "2020-01-01"))]
    day: chrono::NaiveDate,
}

fn main() {}
