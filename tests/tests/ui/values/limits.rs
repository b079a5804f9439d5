use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(max = 300))]
    byte: u8,
    #[stream(validate(min = -1))]
    unsigned: Option<u64>,
    #[stream(validate(min = "1"))]
    quoted: u8,
    #[stream(validate(min = 0.5))]
    whole: i32,
    #[stream(validate(max = 1e39))]
    single: f32,
    #[stream(decimal(4, 2), validate(max = 0.005))]
    price: rust_decimal::Decimal,
    #[stream(validate(min = "2023-02-29"))]
    day: chrono::NaiveDate,
    #[stream(validate(min = 0))]
    moment: chrono::DateTime<chrono::Utc>,
    #[stream(validate(max = "8:00"))]
    time: chrono::NaiveTime,
    #[stream(validate(each(max = 1000)))]
    bytes: Box<[Option<u8>]>,
}

fn main() {}
