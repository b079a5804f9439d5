use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = orderId, rename_all = "camel")]
struct Event {
    order_id: u64,
}

fn main() {}
