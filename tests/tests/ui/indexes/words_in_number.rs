use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(by_id: tokenbf_v1(256, 2, 0) on id))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
