use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = SimpleAggregateFunction(average, Float64))]
    mean: f64,
    #[stream(type = SimpleAggregateFunction(summ, UInt64))]
    misspelt: u64,
    #[stream(type = SimpleAggregateFunction(sum, UInt8))]
    narrow: u8,
    #[stream(type = SimpleAggregateFunction(groupArrayArray, String))]
    list: String,
    #[stream(type = SimpleAggregateFunction(maxMap, String))]
    map: String,
    #[stream(type = SimpleAggregateFunction(groupBitOr, Float32))]
    bits: f32,
}

fn main() {}
