use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(nmae = "shop.order", ordre_by = id, partiton_by = id)]
struct Event {
    id: u64,
    text: String,
}

fn main() {}
