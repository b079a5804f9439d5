use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny("float_for_money"), warn(), allow)]
struct Order {
    #[stream(deny = float_for_money)]
    id: u64,
}

fn main() {}
