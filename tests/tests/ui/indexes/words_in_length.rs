use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(by_text: ngrambf_v1(3, 256, 2, 0) on length(text)))]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
