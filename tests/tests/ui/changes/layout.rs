use streamhouse::StreamSchema;

//| #[stream(name = "changes.layout", order_by = (id, items), partition_by = id % 8)]
//| struct Order { id: u64, items: u32 }
#[derive(StreamSchema)]
#[stream(
    name = "changes.layout",
    version = 2,
    engine = ReplacingMergeTree(items),
    order_by = (items, id),
    partition_by = id % 16,
)]
struct Order {
    id: u64,
    items: u32,
}

fn main() {}
