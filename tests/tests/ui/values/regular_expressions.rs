use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(regex = "^[A-Z{3}$"))]
    unclosed: String,
    #[stream(validate(regex = "(?i)eur"))]
    flag: String,
    #[stream(validate(regex = r"\A[0-9]+\z"))]
    ends: String,
    #[stream(validate(regex = "(?P<year>[0-9]{4})"))]
    named: String,
    #[stream(validate(regex = "[[:alpha:]]"))]
    class: String,
    #[stream(validate(each(regex = "a**")))]
    each: Vec<String>,
    #[stream(validate(regex = r"\-[0-9]"))]
    escape: String,
}

fn main() {}
