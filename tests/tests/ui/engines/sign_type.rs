use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = VersionedCollapsingMergeTree(sign, version))]
struct Event {
    id: u64,
    sign: u8,
    version: String,
}

fn main() {}
