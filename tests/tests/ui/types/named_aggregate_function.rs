use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = AggregateFunction(sum, UInt64))]
    value: u64,
    #[stream(type = "JSON(total AggregateFunction(count))")]
    json: String,
}

fn main() {}
