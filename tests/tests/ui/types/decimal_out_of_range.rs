use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(decimal(77, 2))]
    value: rust_decimal::Decimal,
}

fn main() {}
