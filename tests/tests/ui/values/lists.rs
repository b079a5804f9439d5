use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(one_of()))]
    none: String,
    #[stream(validate(one_of("a", "b", "a")))]
    twice: String,
    #[stream(validate(one_of(1, 256)))]
    byte: u8,
    #[stream(validate(one_of(1)))]
    text: String,
}

fn main() {}
