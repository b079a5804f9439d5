use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, deny(text_for_ip))]
struct Order {
    id: u64,
    client_ip: String,
}

fn main() {}
