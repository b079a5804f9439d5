#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
    #[stream(default = 7)]
    shop: u8,
    #[stream(default = now64(3))]
    seen: DateTime<Utc>,
}
