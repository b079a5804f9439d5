use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, check(growing: amount > amount))]
struct Event {
    id: u64,
    amount: f64,
}

fn main() {}
