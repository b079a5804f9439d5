use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (), validate = "check")]
struct Event {
    #[stream(validate)]
    flag: u8,
    #[stream(validate())]
    empty: u8,
    #[stream(validate(minimum = 1))]
    unknown: u8,
    #[stream(validate(lenght = 1))]
    misspelt: String,
    #[stream(validate(min = 1, min = 2))]
    twice: u8,
    #[stream(validate(min))]
    no_value: u8,
    #[stream(validate(min = now()))]
    computed: u8,
    #[stream(validate(length = -1))]
    negative: String,
    #[stream(validate(length()))]
    no_limit: String,
    #[stream(validate(length(min)))]
    no_count: String,
    #[stream(validate(length(least = 1)))]
    not_a_limit: String,
    #[stream(validate(email = true))]
    switched: String,
    #[stream(validate(regex = [a-z]))]
    unquoted: String,
    #[stream(validate(one_of = "a"))]
    one: String,
    #[stream(validate(custom = |value| true))]
    closure: u8,
    #[stream(pii = hash)]
    person: String,
}

fn main() {}
