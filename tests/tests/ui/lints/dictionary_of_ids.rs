use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = shop, deny(dictionary_of_ids))]
struct Order {
    shop: u32,
    #[stream(low_cardinality)]
    session_id: String,
}

fn main() {}
