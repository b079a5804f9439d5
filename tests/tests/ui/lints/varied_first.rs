use chrono::{DateTime, Utc};
use uuid::Uuid;
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = (id, shop, at), deny(varied_first))]
struct Order {
    #[stream(id)]
    id: Uuid,
    shop: u32,
    at: DateTime<Utc>,
}

fn main() {}
