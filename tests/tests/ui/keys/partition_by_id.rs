use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, partition_by = id)]
struct Event {
    #[stream(id)]
    id: u64,
}

fn main() {}
