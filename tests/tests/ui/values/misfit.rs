use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(min = 1))]
    text: String,
    #[stream(validate(min = 1))]
    list: Vec<u32>,
    #[stream(validate(max = 1))]
    truth: bool,
    #[stream(validate(length = 3))]
    number: u32,
    #[stream(validate(length = 3))]
    fixed: [u8; 3],
    #[stream(validate(regex = "a"))]
    texts: Vec<String>,
    #[stream(validate(email))]
    id: uuid::Uuid,
    #[stream(validate(url))]
    bytes: Option<Vec<u8>>,
    #[stream(validate(one_of("a")))]
    float: f64,
    #[stream(type = Enum8("a" = 1), validate(one_of("a")))]
    letter: i8,
    #[stream(validate(one_of("a")))]
    more: Vec<u8>,
    #[stream(validate(each(min = 1)))]
    single: Option<u8>,
    #[stream(type = Nested(a UInt8), validate(each(min = 1)))]
    rows: Vec<(u8,)>,
}

fn main() {}
