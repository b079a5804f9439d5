use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = arrayJoin(list))]
struct Event {
    list: Vec<u64>,
}

fn main() {}
