use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(decimal(4, 2), default = 100.5)]
    value: rust_decimal::Decimal,
}

fn main() {}
