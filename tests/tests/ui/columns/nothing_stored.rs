use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (), delivery = at_least_once)]
struct Event {
    #[stream(ephemeral)]
    id: u64,
}

fn main() {}
