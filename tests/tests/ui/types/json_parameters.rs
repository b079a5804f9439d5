use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = "JSON(a UInt8, SKIP a)")]
    skipped: String,
    #[stream(type = JSON(max_dynamic_paths = 20000))]
    paths: String,
}

fn main() {}
