use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 1))]
    number: i8,
    #[stream(type = Enum8("new" = 1, "new" = 2))]
    name: i8,
    #[stream(type = Enum8("new" = 200))]
    range: i8,
    #[stream(type = Enum8())]
    empty: i8,
    #[stream(type = Enum8(new = 1))]
    quotes: i8,
}

fn main() {}
