use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, check(less: paid < owed), assume(more: paid > owed))]
struct Event {
    id: u64,
    paid: u32,
    owed: u32,
}

fn main() {}
