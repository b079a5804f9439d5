use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = Tuple(a UInt8, UInt8))]
    mixed: (u8, u8),
    #[stream(type = Tuple(a UInt8, a UInt8))]
    twice: (u8, u8),
    #[stream(type = Nested(null UInt8))]
    null: Vec<(u8,)>,
    #[stream(type = Nested(UInt8))]
    unnamed: Vec<(u8,)>,
}

fn main() {}
