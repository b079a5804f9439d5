//! A name that misleads, and types that are not what the declaration says.
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
enum Status {
    New = 1,
    Paid = 2,
}

#[derive(StreamType)]
enum Other {
    New = 1,
    Sent = 2,
}

#[derive(StreamType)]
struct Item {
    sku: String,
    #[stream(type = Enum8("New" = 1, "Paid" = 2))]
    status: Status,
}

type State = Other;
type Items = Vec<Item>;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Enum8("New" = 1, "Paid" = 2))]
    right: Status,
    #[stream(type = Enum8("New" = 1))]
    less: Status,
    #[stream(type = Enum8("New" = 1, "Paid" = 2))]
    alias: State,
    #[stream(type = Array(Nullable(Enum8("Paid" = 1, "New" = 2))))]
    inside: Vec<Option<Status>>,
    #[stream(type = Nested(name String, status Enum8("New" = 1, "Paid" = 2)))]
    name: Items,
    #[stream(type = Nested(sku String, status Enum8("New" = 1, "Sent" = 2)))]
    deeper: Items,
    #[stream(type = Array(Tuple(String, Enum8("New" = 1, "Paid" = 2))))]
    unnamed: Items,
}

fn main() {}
