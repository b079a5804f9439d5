use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (payload, payload.kind, sum), partition_by = payload.day)]
struct Event {
    id: u64,
    payload: serde_json::Value,
    #[stream(type = SimpleAggregateFunction(sum, UInt64))]
    sum: u64,
}

fn main() {}
