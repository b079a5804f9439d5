use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(type = Decimal(18, 4), decimal(18, 4))]
    value: u64,
}

fn main() {}
