use streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
enum State {
    New = 1,
    Paid = 2,
}

//| #[stream(name = "changes.forward", order_by = id)]
//| struct Order {
//|     id: u64,
//|     note: String,
//|     coupon: String,
//|     items: u32,
//|     #[stream(type = Enum8("New" = 1))]
//|     state: State,
//|     gone: String,
//| }
#[derive(StreamSchema)]
#[stream(name = "changes.forward", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    #[stream(renamed_from = "note")]
    remark: String,
    coupon: Option<String>,
    items: u64,
    #[stream(type = Enum8("New" = 1, "Paid" = 2))]
    state: State,
    new: u8,
}

fn main() {}
