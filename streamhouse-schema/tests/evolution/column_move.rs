#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    amount: u32,
    text: String,
    at: DateTime<Utc>,
}
