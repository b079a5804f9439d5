use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.weight", order_by = (shop, weight), deny(float_in_key))]
struct Weight {
    shop: u32,
    weight: f64,
}

fn main() {}
