use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = "JSON(a UInt8, SKIP REGEXP '.*')")]
    matched: String,
    #[stream(type = "JSON(SKIP REGEXP '(a|b)')")]
    unknown: String,
}

fn main() {}
