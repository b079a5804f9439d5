use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(ephemeral, codec(ZSTD(1)))]
    text: String,
}

fn main() {}
