use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(decimal(18 + 1, 4))]
    value: rust_decimal::Decimal,
}

fn main() {}
