//! One mistake is one error, also where the type is used.
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
enum Status {
    New,
}

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Enum8("New" = 1))]
    status: Status,
}

fn main() {
    let _ = Event { id: 1, status: Status::New };
    let _ = Status::TYPE;
}
