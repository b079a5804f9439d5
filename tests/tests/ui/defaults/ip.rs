use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = "10.0.0")]
    value: std::net::Ipv4Addr,
}

fn main() {}
