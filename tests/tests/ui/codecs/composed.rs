use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(codec(Delta, ZSTD(1)))]
    json: serde_json::Value,
    #[stream(codec(T64, ZSTD(1)))]
    tuple: (u8, f64),
    #[stream(type = Nested(a String), codec(Delta, ZSTD(1)))]
    nested: Vec<(String,)>,
    #[stream(type = BFloat16, codec(FPC, ZSTD(1)))]
    brain: f32,
    #[stream(codec(GCD, ZSTD(1)))]
    time: chrono::NaiveTime,
}

fn main() {}
