use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, settings(deduplicate_merge_projection_mode = "forget"))]
struct Event {
    id: u64,
}

fn main() {}
