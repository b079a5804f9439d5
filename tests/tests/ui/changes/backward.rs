use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
enum State {
    New = 1,
    Sent = 2,
}

#[derive(StreamType)]
enum Short {
    New = 1,
}

//| #[stream(name = "changes.backward", order_by = id)]
//| struct Order {
//|     id: u64,
//|     note: String,
//|     coupon: Option<String>,
//|     items: u32,
//|     placed: String,
//|     #[stream(type = Enum8("New" = 1, "Paid" = 2))]
//|     state: State,
//|     #[stream(type = Enum8("New" = 1, "Paid" = 2))]
//|     short: Short,
//| }
#[derive(StreamSchema)]
#[stream(name = "changes.backward", order_by = id, version = 2)]
struct Order {
    id: u64,
    coupon: String,
    items: u16,
    placed: u64,
    #[stream(type = Enum8("New" = 1, "Sent" = 2))]
    state: State,
    #[stream(type = Enum8("New" = 1))]
    short: Short,
    total: f64,
}

/// The same, meant; and a breach that was meant in another version.
//| #[stream(name = "changes.meant", order_by = id)]
//| struct Meant { id: u64, note: String, items: u32, parts: u32 }
#[derive(StreamSchema)]
#[stream(name = "changes.meant", order_by = id, version = 2, breaks(field_removed(note), version = 2, reason = "nobody wrote any"))]
struct Meant {
    id: u64,
    #[stream(breaks(type_narrowed, version = 2, reason = "there never were more than ten"))]
    items: u16,
    #[stream(breaks(type_narrowed, version = 3, reason = "there never were more than ten"))]
    parts: u16,
}

fn main() {}
