use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(rename = "item.name")]
    names: Vec<String>,
    #[stream(rename = "item.price")]
    prices: Vec<f64>,
    #[stream(rename = "id.part")]
    part: u8,
}

fn main() {}
