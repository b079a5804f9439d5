use streamhouse::StreamSchema;

#[derive(streamhouse::StreamType)]
enum Status {
    #[stream(rename = "new")]
    New = 1,
    #[stream(rename = "paid")]
    Paid = 2,
}

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2), default = "sent")]
    status: Status,
    #[stream(type = Enum8("new" = 1, "paid" = 2), default = 1)]
    number: Status,
}

fn main() {}
