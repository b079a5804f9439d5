use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id,
    index(a: minmax on payload), index(b: bloom_filter on payload), index(c: bloom_filter on time))]
struct Event {
    id: u64,
    payload: serde_json::Value,
    #[stream(type = Time)]
    time: chrono::NaiveTime,
}

fn main() {}
