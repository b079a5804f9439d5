//! Advice hides no declaration: what is advised against compiles, and so does what is denied and excepted.

use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.advised", order_by = id)]
struct Advised {
    id: u64,
    price: f64,
}

#[derive(StreamSchema)]
#[stream(name = "shop.excepted", order_by = id, deny(float_for_money, text_for_few))]
struct Excepted {
    id: u64,
    #[stream(allow(float_for_money, reason = "an estimate, never added up"))]
    price: f64,
    #[stream(warn(text_for_few))]
    status: String,
}

fn main() {
    assert_eq!((Advised::EVENT, Excepted::EVENT), ("shop.advised", "shop.excepted"));
}
