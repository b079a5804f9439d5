use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event<'a, T: Clone, const N: usize> {
    id: u64,
    name: &'a T,
    bytes: [u8; N],
}

fn main() {}
