use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(default = ("a", 1))]
    tuple: (u8, u8),
    #[stream(default = "[]")]
    json: serde_json::Value,
    #[stream(default = "24:00:00")]
    time: chrono::NaiveTime,
    #[stream(type = Nested(a UInt8), default = [1])]
    nested: Vec<(u8,)>,
    #[stream(type = IntervalDay, default = 1)]
    days: i64,
    #[stream(type = BFloat16, default = "x")]
    brain: f32,
}

fn main() {}
