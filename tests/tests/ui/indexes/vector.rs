use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, index(near: vector_similarity("hnsw", "L2Distance", 3) on text))]
struct Event {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}

fn main() {}
