use streamhouse::StreamSchema;

//| #[stream(name = "changes.upcast", order_by = id)]
//| struct Order {
//|     id: u64,
//|     first: String,
//|     items: u32,
//|     #[stream(upcast = toUInt32(parts * 2))]
//|     parts: u32,
//| }
#[derive(StreamSchema)]
#[stream(name = "changes.upcast", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(renamed_from = "frist")]
    name: String,
    #[stream(upcast = first)]
    items: u32,
    #[stream(upcast = toUInt32(parts * 2))]
    parts: u32,
    #[stream(upcast = toString(itmes))]
    text: String,
    #[stream(upcast = sum(items))]
    total: u64,
    #[stream(upcast = toYear(first))]
    year: u16,
}

fn main() {}
