use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(default = "abcde")]
    value: [u8; 4],
}

fn main() {}
