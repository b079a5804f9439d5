use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, if(1, amount, id)))]
struct Event {
    id: u64,
    amount: u32,
}

fn main() {}
