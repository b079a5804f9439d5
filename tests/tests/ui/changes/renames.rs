//! A column takes the place of one that is gone, and no two of the same one.

use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(renamed_from = "id")]
    amount: u64,
    #[stream(renamed_from = "old")]
    first: String,
    #[stream(renamed_from = "old")]
    second: String,
}

fn main() {}
