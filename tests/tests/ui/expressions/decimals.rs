use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ifNull(net, gross))]
struct Event {
    #[stream(decimal(18, 2))]
    net: Option<rust_decimal::Decimal>,
    #[stream(decimal(18, 4))]
    gross: rust_decimal::Decimal,
}

fn main() {}
