use streamhouse::StreamSchema;

//| #[stream(name = "changes.sealed", order_by = id)]
//| struct Order { id: u64, note: String }
#[derive(StreamSchema)]
#[stream(name = "changes.sealed", order_by = id)]
struct Order {
    id: u64,
    note: String,
    #[stream(default = 1)]
    items: u32,
}

#[derive(StreamSchema)]
#[stream(name = "changes.unreadable", order_by = id)]
struct Unreadable {
    id: u64,
}

fn main() {}
